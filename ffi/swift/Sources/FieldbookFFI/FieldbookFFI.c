// A C target of a Swift package needs a source; what it declares is all in the header.
#include "FieldbookFFI.h"
