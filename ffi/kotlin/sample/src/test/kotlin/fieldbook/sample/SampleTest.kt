package fieldbook.sample

import fieldbook.CaseId
import fieldbook.CaseRow
import fieldbook.FieldbookException
import fieldbook.NetworkProblem
import fieldbook.RecordId
import fieldbook.RecordRow
import fieldbook.SyncOutcome
import fieldbook.SyncReport
import fieldbook.SyncResult
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

class SampleTest {
    @Test
    fun `somebody new stands in the caseload and the worker is told`(): Unit = runBlocking {
        val cases = Cases()
        var saved = 0
        val screen = CaseloadViewModel(cases, this) { saved += 1 }
        screen.metSomebodyNew("Rosa Cedro", "spoke on the porch").join()
        assertEquals("Rosa Cedro", screen.cases.first { it.isNotEmpty() }.single().title)
        assertEquals(listOf("spoke on the porch"), cases.notes)
        assertEquals(1, saved)
        coroutineContext.cancelChildren()
    }

    @Test
    fun `what cannot be saved is said in words and the worker sleeps on`(): Unit = runBlocking {
        val cases = Cases(FieldbookException.DiskFull())
        val screen = CaseloadViewModel(cases, this) { error("nothing was saved") }
        screen.metSomebodyNew("Rosa Cedro", "").join()
        assertEquals("The phone is full. Free some space and save again.", screen.message.value)
        coroutineContext.cancelChildren()
    }

    @Test
    fun `each end of a synchronization has its next step`() {
        val report = SyncReport(0u, 0u, 0u, 0u, 0u, 0u, 0u)
        fun next(outcome: SyncOutcome) = SyncWorker.next(SyncResult(outcome, report))
        assertEquals(SyncWorker.Next.DONE, next(SyncOutcome.Done))
        assertEquals(SyncWorker.Next.LATER, next(SyncOutcome.Unreachable(NetworkProblem.NoConnection)))
        assertEquals(SyncWorker.Next.ENROLL_AGAIN, next(SyncOutcome.WipedByServer))
    }
}

/** Cases in memory; every save fails when there is a failure. */
private class Cases(private val failure: FieldbookException? = null) : CaseRepository {
    override val caseload = MutableStateFlow(emptyList<CaseRow>())
    val notes = mutableListOf<String>()

    override suspend fun openCase(name: String): CaseId {
        failure?.let { throw it }
        val case = CaseId("0190c0de-0000-7000-8000-00000000000${caseload.value.size}")
        caseload.value += CaseRow(case, name, null, null, 0u, null, 0u)
        return case
    }

    override suspend fun noteContact(caseId: CaseId, note: String): RecordId {
        notes += note
        return RecordId(caseId.value)
    }

    override suspend fun timeline(caseId: CaseId): List<RecordRow> = emptyList()
}
