// swift-tools-version:5.9
import Foundation
import PackageDescription

// On a Mac `cargo xtask ios` makes the framework. Elsewhere, and before it was made, the package
// compiles against the header and links the library that cargo built.
let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
let framework = "FieldbookFFI.xcframework"
let packed = FileManager.default.fileExists(atPath: folder.appendingPathComponent(framework).path)
let built = folder.appendingPathComponent("../../target/debug").standardized.path

let library: Target = packed
    ? .binaryTarget(name: "FieldbookFFI", path: framework)
    : .target(
        name: "FieldbookFFI",
        linkerSettings: [.unsafeFlags(["-L\(built)"]), .linkedLibrary("fieldbook_ffi")]
    )

let package = Package(
    name: "Fieldbook",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "Fieldbook", targets: ["Fieldbook"])],
    targets: [
        library,
        .target(
            name: "Fieldbook",
            dependencies: ["FieldbookFFI"],
            // The library asks them whether a server's certificate is trusted.
            linkerSettings: [
                .linkedFramework("CoreFoundation", .when(platforms: [.iOS, .macOS])),
                .linkedFramework("Security", .when(platforms: [.iOS, .macOS])),
            ]
        ),
        .testTarget(name: "FieldbookTests", dependencies: ["Fieldbook"]),
    ]
)
