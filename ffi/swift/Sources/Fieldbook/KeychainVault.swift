#if canImport(Security)
import Foundation
import Security

/// The device's secrets in the Keychain: readable after the first unlock, so that a background task
/// can synchronize, and never on another device.
public final class KeychainVault: KeyVault {
    private let service: String

    /// `service` names the app's secrets; apps of one group need different ones.
    public init(service: String = "fieldbook") {
        self.service = service
    }

    public func load(name: String) throws -> Data? {
        var query = item(name)
        query[kSecReturnData as String] = true
        var found: CFTypeRef?
        let status = SecItemCopyMatching(query as CFDictionary, &found)
        if status == errSecItemNotFound { return nil }
        try check(status)
        return found as? Data
    }

    public func store(name: String, secret: Data) throws {
        let values: [String: Any] = [
            kSecValueData as String: secret,
            kSecAttrAccessible as String: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
        ]
        let status = SecItemUpdate(item(name) as CFDictionary, values as CFDictionary)
        if status == errSecItemNotFound {
            try check(SecItemAdd(item(name).merging(values) { $1 } as CFDictionary, nil))
        } else {
            try check(status)
        }
    }

    public func delete(name: String) throws {
        let status = SecItemDelete(item(name) as CFDictionary)
        if status != errSecItemNotFound { try check(status) }
    }

    private func item(_ name: String) -> [String: Any] {
        [
            kSecClass as String: kSecClassGenericPassword,
            kSecAttrService as String: service,
            kSecAttrAccount as String: name,
        ]
    }

    private func check(_ status: OSStatus) throws {
        switch status {
        case errSecSuccess: return
        case errSecInteractionNotAllowed: throw KeyVaultError.Locked
        case errSecDiskFull: throw KeyVaultError.DiskFull
        default: throw KeyVaultError.Failed
        }
    }
}
#endif
