package fieldbook.sample

import fieldbook.CaseId
import fieldbook.CaseRow
import fieldbook.Edit
import fieldbook.FieldName
import fieldbook.Fieldbook
import fieldbook.OptionCode
import fieldbook.RecordId
import fieldbook.RecordRow
import fieldbook.TypeName
import fieldbook.asCase
import fieldbook.set
import kotlinx.coroutines.flow.Flow

/** What the screens know of the device: an interface, so that they can be tested without one. */
interface CaseRepository {
    /** The caseload, now and whenever it changes. */
    val caseload: Flow<List<CaseRow>>

    /** Opens a case for a person. */
    suspend fun openCase(name: String): CaseId

    /** Notes a contact in the street. */
    suspend fun noteContact(caseId: CaseId, note: String): RecordId

    /** Everything of a case, newest first. */
    suspend fun timeline(caseId: CaseId): List<RecordRow>
}

/** The repository over the device. Nothing here waits for a network. */
class FieldbookCaseRepository(private val book: Fieldbook) : CaseRepository {
    override val caseload: Flow<List<CaseRow>> = book.live { caseload() }

    override suspend fun openCase(name: String): CaseId =
        book.create(PERSON, edits = listOf(FieldName("name") set name)).asCase()

    override suspend fun noteContact(caseId: CaseId, note: String): RecordId {
        val edits: List<Edit> = listOf(
            FieldName("mode") set OptionCode("street"),
            FieldName("result") set OptionCode("engaged"),
            FieldName("note") set note,
        )
        return book.create(CONTACT, caseId, edits)
    }

    override suspend fun timeline(caseId: CaseId): List<RecordRow> = book.caseTimeline(caseId)

    private companion object {
        val PERSON = TypeName("person")
        val CONTACT = TypeName("outreach_contact")
    }
}
