package fieldbook.sample

import fieldbook.CaseId
import fieldbook.CaseRow
import fieldbook.FieldbookException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.launch

/** What the caseload screen shows and does. On Android this is a `ViewModel` with its `viewModelScope`. */
class CaseloadViewModel(
    private val repository: CaseRepository,
    private val scope: CoroutineScope,
    private val onSaved: () -> Unit,
) {
    /** The caseload; empty until it was read. */
    val cases: StateFlow<List<CaseRow>> =
        repository.caseload.stateIn(scope, SharingStarted.Eagerly, emptyList())

    /** What went wrong last, in words for the person. */
    val message = MutableStateFlow<String?>(null)

    /** The person wrote down whom they met. */
    fun metSomebodyNew(name: String, note: String): Job = save {
        val case = repository.openCase(name)
        if (note.isNotBlank()) repository.noteContact(case, note)
    }

    /** The person wrote down that they met somebody again. */
    fun metAgain(case: CaseId, note: String): Job = save { repository.noteContact(case, note) }

    private fun save(work: suspend () -> Unit): Job = scope.launch {
        try {
            work()
            message.value = null
            onSaved()
        } catch (error: FieldbookException) {
            message.value = words(error)
        }
    }
}

/** An error as the person reads it: each says what can be done. */
fun words(error: FieldbookException): String = when (error) {
    is FieldbookException.Invalid ->
        error.problems.joinToString("\n") { "${it.field ?: "The record"}: ${it.problem}" }
    // A screen with a date asks, and saves the same with `anyway` when the person says that it is right.
    is FieldbookException.Doubtful -> "Is the date right? Look at this phone's clock as well."
    is FieldbookException.NotAllowed -> error.reason
    is FieldbookException.Locked, is FieldbookException.PinNeeded -> "Enter your PIN."
    is FieldbookException.WrongPin -> "Wrong PIN; ${error.triesLeft} tries left."
    is FieldbookException.LeaseExpired -> "Go online once to see your records again."
    is FieldbookException.DiskFull -> "The phone is full. Free some space and save again."
    is FieldbookException.Network ->
        if (error.mayPass) "No connection; it will be sent later." else "The server refused: call the office."
    else -> "Something is wrong with this phone; call the office."
}
