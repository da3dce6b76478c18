//! How much of a spreadsheet is read. What somebody hands in may be anything.

/// Largest file. The largest form known to us, with 900 rows in five languages, is 200 KiB.
pub const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Most bytes of all parts of the file after unzipping: the text of a sheet deflates to a tenth.
pub const UNZIPPED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Most parts of the file. A workbook of ten sheets has about thirty.
pub const PARTS_MAX: usize = 256;

/// Most rows of one sheet that hold anything. Forms have hundreds of questions, lists of places a
/// few thousand choices.
pub const ROWS_MAX: usize = 10_000;

/// Most cells of one sheet that hold anything: fifty columns of 4 000 rows.
pub const CELLS_MAX: usize = 200_000;

/// Longest text of a cell that is read, in bytes. A spreadsheet's own limit is 32 767 characters.
pub const CELL_BYTES_MAX: usize = 32 * 1024;

/// Longest expression, in bytes: a relevance that names a hundred choices.
pub const EXPRESSION_BYTES_MAX: usize = 4 * 1024;

/// Deepest nesting of an expression. People nest a dozen `if()`; what reads one is recursive, and
/// this bounds its stack.
pub const EXPRESSION_DEPTH_MAX: usize = 48;

/// Deepest nesting of groups and repeats.
pub const GROUP_DEPTH_MAX: usize = 32;
