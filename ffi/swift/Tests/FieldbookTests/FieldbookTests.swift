import Foundation
import XCTest

@testable import Fieldbook

/// What can be tested without a server. What needs one is in `ffi/scenarios.txt`, which Kotlin and
/// Python play.
final class FieldbookTests: XCTestCase {
    func testAnInvitationIsReadAndAnotherCodeIsNone() throws {
        let text = "fieldbook:enroll?url=https%3A%2F%2Ffieldbook.example&code=AB2C-DE3F"
        let invitation = try readInvitation(text: text)
        XCTAssertEqual(invitation.url, "https://fieldbook.example")
        XCTAssertThrowsError(try readInvitation(text: "https://fieldbook.example"))
    }

    func testWhereNothingIsEnrolledNothingOpens() async {
        let store = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        do {
            _ = try await FieldbookDevice.open(store: store, vault: MemoryVault())
            XCTFail("it opened")
        } catch {
            XCTAssertEqual(error as? FieldbookError, .NotEnrolled)
        }
    }

    func testIdentifiersAreTextOfATypeOfTheirOwn() {
        let type: TypeName = "outreach_contact"
        XCTAssertEqual(type, TypeName("outreach_contact"))
        XCTAssertEqual("\(type)", "outreach_contact")
    }
}

/// An app's key store, in memory.
final class MemoryVault: KeyVault, @unchecked Sendable {
    private let lock = NSLock()
    private var secrets: [String: Data] = [:]

    func load(name: String) throws -> Data? {
        lock.withLock { secrets[name] }
    }

    func store(name: String, secret: Data) throws {
        lock.withLock { secrets[name] = secret }
    }

    func delete(name: String) throws {
        lock.withLock { _ = secrets.removeValue(forKey: name) }
    }
}
