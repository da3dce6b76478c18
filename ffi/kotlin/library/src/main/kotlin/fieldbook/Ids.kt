package fieldbook

/** A record: one thing noted. */
@JvmInline
public value class RecordId(public val value: String) {
    override fun toString(): String = value
}

/** The person or place a record belongs to: the id of its person or property record. */
@JvmInline
public value class CaseId(public val value: String) {
    override fun toString(): String = value
}

/** A form that is being filled in on this device. */
@JvmInline
public value class DraftId(public val value: String) {
    override fun toString(): String = value
}

/** A member of staff. */
@JvmInline
public value class UserId(public val value: String) {
    override fun toString(): String = value
}

/** An enrolled installation of the app. */
@JvmInline
public value class DeviceId(public val value: String) {
    override fun toString(): String = value
}

/** A record type of the catalogue, such as `outreach_contact`. */
@JvmInline
public value class TypeName(public val value: String) {
    override fun toString(): String = value
}

/** A field of a record type, such as `occurred_at`. */
@JvmInline
public value class FieldName(public val value: String) {
    override fun toString(): String = value
}

/** One value of a code list, such as `engaged`. */
@JvmInline
public value class OptionCode(public val value: String) {
    override fun toString(): String = value
}

/** A program of the department, such as `street_outreach`. */
@JvmInline
public value class ProgramCode(public val value: String) {
    override fun toString(): String = value
}

/** The case that a person's or a property's record opens. */
public fun RecordId.asCase(): CaseId = CaseId(value)
