/// An identifier as text, of a type of its own: swapped arguments do not compile.
public protocol Identifier: RawRepresentable, Hashable, Sendable, CustomStringConvertible,
    ExpressibleByStringLiteral
where RawValue == String {
    init(_ rawValue: String)
}

extension Identifier {
    public init(rawValue: String) {
        self.init(rawValue)
    }

    public init(stringLiteral value: String) {
        self.init(value)
    }

    public var description: String { rawValue }
}

/// A record: one thing noted.
public struct RecordId: Identifier {
    public let rawValue: String

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// The person or place a record belongs to: the id of its person or property record.
public struct CaseId: Identifier {
    public let rawValue: String

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// A form that is being filled in on this device.
public struct DraftId: Identifier {
    public let rawValue: String

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// A member of staff.
public struct UserId: Identifier {
    public let rawValue: String

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// An enrolled installation of the app.
public struct DeviceId: Identifier {
    public let rawValue: String

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// A record type of the catalogue, such as `outreach_contact`.
public struct TypeName: Identifier {
    public let rawValue: String

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// A field of a record type, such as `occurred_at`.
public struct FieldName: Identifier {
    public let rawValue: String

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// One value of a code list, such as `engaged`.
public struct OptionCode: Identifier {
    public let rawValue: String

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// A program of the department, such as `street_outreach`.
public struct ProgramCode: Identifier {
    public let rawValue: String

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

extension RecordId {
    /// The case that a person's or a property's record opens.
    public var asCase: CaseId { CaseId(rawValue) }
}
