package fieldbook.sample

import fieldbook.Fieldbook
import fieldbook.FieldbookException
import fieldbook.SyncReason
import fieldbook.fileVault
import fieldbook.readInvitation
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import java.io.File

/**
 * The sample: `sample FOLDER`, or `sample FOLDER INVITATION` the first time, with the text of the QR
 * code. Then `new NAME`, `met NUMBER NOTE`, `case NUMBER`, `sync` and `quit`.
 */
fun main(words: Array<String>): Unit = runBlocking {
    val folder = File(words.firstOrNull() ?: error("usage: sample FOLDER [INVITATION]"))
    val store = File(folder, "fieldbook.db")
    // On Android: secrets wrapped by the Keystore. See docs/mobile.md.
    val vault = fileVault(File(folder, "keys").path)
    try {
        val book = when (val invitation = words.getOrNull(1)) {
            null -> Fieldbook.open(store, vault)
            else -> Fieldbook.enroll(readInvitation(invitation), store, vault, "Sample on the JVM")
        }
        book.use { app(it) }
    } catch (error: FieldbookException) {
        println(words(error))
    }
}

private suspend fun app(book: Fieldbook) = coroutineScope {
    val repository = FieldbookCaseRepository(book)
    val worker = SyncWorker(book)
    val screen = CaseloadViewModel(repository, this, onSaved = worker::saved)
    launch { worker.run { next -> println("(sync: $next)") } }
    launch {
        screen.cases.collect { cases ->
            cases.forEachIndexed { index, case -> println("${index + 1}  ${case.title}  tasks ${case.openTasks}") }
        }
    }
    launch { screen.message.collect { message -> message?.let(::println) } }

    while (true) {
        val line = runInterruptibly { readlnOrNull() } ?: break
        val verb = line.substringBefore(" ")
        val rest = line.substringAfter(" ", "")
        val case = screen.cases.value.getOrNull((rest.substringBefore(" ").toIntOrNull() ?: 0) - 1)
        when {
            verb == "quit" -> break
            verb == "new" -> screen.metSomebodyNew(rest, note = "").join()
            verb == "sync" -> println(worker.work(SyncReason.PERSON))
            verb == "met" && case != null -> screen.metAgain(case.caseId, rest.substringAfter(" ", "")).join()
            verb == "case" && case != null ->
                for (row in repository.timeline(case.caseId)) println("${row.occurredAt}  ${row.title}  ${row.state}")
            else -> println("new NAME | met NUMBER NOTE | case NUMBER | sync | quit")
        }
    }
    coroutineContext.cancelChildren()
}

private suspend fun <T> runInterruptibly(work: () -> T): T =
    kotlinx.coroutines.runInterruptible(Dispatchers.IO) { work() }
