package fieldbook

import java.time.Instant
import java.time.LocalDate

/**
 * A value as Kotlin has it: `String` (of a decimal, a time and a phone number, too), `Long` (of a duration, its
 * minutes), `Boolean`, [LocalDate], [Instant], [RecordId], [UserId], a
 * list of [OptionCode], of [RecordId] or of [LogEntry].
 */
public fun Value.plain(): Any = when (this) {
    is Value.Single -> value.plain()
    is Value.Choices -> options
    is Value.Refs -> records
    is Value.Counter -> sum
    is Value.Log -> entries
    is Value.SharedNote -> text
    is Value.Unknown -> json
}

/** A single value as Kotlin has it. */
public fun Scalar.plain(): Any = when (this) {
    is Scalar.Text -> value
    is Scalar.Date -> value
    is Scalar.DateTime -> value
    is Scalar.Bool -> value
    is Scalar.Integer -> value
    is Scalar.Decimal -> value
    is Scalar.Time -> value
    is Scalar.Duration -> minutes
    is Scalar.Phone -> value
    is Scalar.Choice -> value
    is Scalar.Options -> options
    is Scalar.Ref -> value
    is Scalar.User -> value
}

/** Sets a text. */
public infix fun FieldName.set(value: String): Edit = Edit.Set(this, Scalar.Text(value))

/** Sets a day. */
public infix fun FieldName.set(value: LocalDate): Edit = Edit.Set(this, Scalar.Date(value))

/** Sets an instant. */
public infix fun FieldName.set(value: Instant): Edit = Edit.Set(this, Scalar.DateTime(value))

/** Sets yes or no. */
public infix fun FieldName.set(value: Boolean): Edit = Edit.Set(this, Scalar.Bool(value))

/** Sets a whole number. */
public infix fun FieldName.set(value: Long): Edit = Edit.Set(this, Scalar.Integer(value))

/** Chooses an option. */
public infix fun FieldName.set(value: OptionCode): Edit = Edit.Set(this, Scalar.Choice(value))

/** Sets another record. */
public infix fun FieldName.set(value: RecordId): Edit = Edit.Set(this, Scalar.Ref(value))

/** Names a colleague. */
public infix fun FieldName.set(value: UserId): Edit = Edit.Set(this, Scalar.User(value))

/** The type of this name, or none. */
public fun Catalogue.type(name: TypeName): RecordType? = types.find { it.name == name }

/** The field of this name, or none. */
public fun RecordType.field(name: FieldName): Field? = fields.find { it.name == name }

/** The fields that a form asks for: what is retired is shown where it stands, and asked of nobody. */
public val RecordType.asked: List<Field> get() = fields.filterNot { it.retired }

/** The options that may be chosen in a field, in the order they are shown; none where nothing is chosen. */
public val Field.offered: List<OptionLabel> get() = options.filterNot { it.retired }

/** Every option of a field with its label, last those that are retired; none where nothing is chosen. */
public val Field.options: List<OptionLabel>
    get() = when (val kind = kind) {
        is FieldKind.Choices -> kind.options
        is FieldKind.Single -> (kind.kind as? ScalarKind.Choice)?.options.orEmpty()
        is FieldKind.Counter, is FieldKind.Log, is FieldKind.Refs, is FieldKind.SharedNote -> emptyList()
    }
