package fieldbook

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import java.io.File
import java.time.Instant
import java.time.LocalDate
import java.time.temporal.ChronoUnit
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.random.Random

/** A worker with a device. */
private class Person(val name: String, town: Town) : AutoCloseable {
    val folder = File(town.folder, name)
    val store = File(folder, "fieldbook.db")
    val memory = MemoryVault()
    var vault: KeyVault = memory
    val line = Line()
    var transport: Transport? = null
    var opened: Fieldbook? = null
    var told = Told(false)
    var observation: Observation? = null
    val heard = LinkedBlockingQueue<WatchEvent>()
    var watching: Job? = null

    val book get() = checkNotNull(opened) { "$name has no device" }

    override fun close() {
        observation?.close()
        opened?.close()
    }
}

/** Plays scenarios in a town. */
class Player(private val town: Town) : AutoCloseable {
    private val scope = CoroutineScope(Dispatchers.Default)
    private val people = mutableMapOf<String, Person>()
    private val records = mutableMapOf<String, RecordId>()
    private val drafts = mutableMapOf<String, DraftId>()

    /** Does a step and compares what came of it. */
    suspend fun play(step: Step) {
        val person = people.getOrPut(step.who) { Person(step.who, town) }
        val said = try {
            person.does(step)
        } catch (error: FieldbookException) {
            told(error)
        }
        val where = "line ${step.number}"
        if ("error" !in step.then) assertFalse("error" in said, "$where: $said")
        for ((key, value) in step.then) {
            val found = said[key].orEmpty()
            when (key) {
                "error", "outcome", "problem", "state", "kind" ->
                    assertEquals(same(value), same(found), "$where: $key")
                "lacks" -> for (word in value.split(",")) {
                    assertFalse(word.trim() in said.getValue("text"), "$where: $word")
                }
                "has" -> assertTrue(value in said.getValue("text"), "$where: $key")
                "option", "label" -> assertTrue(value in found, "$where: $key is $found")
                else -> assertEquals(value, found, "$where: $key")
            }
        }
    }

    override fun close() {
        scope.cancel()
        people.values.forEach(Person::close)
    }

    private suspend fun Person.does(step: Step): Map<String, String> = when (step.does) {
        "assigns" -> office("assign", step.with.getValue("to"), record(step).value)
        "revokes" -> {
            val lost = people.getValue(step.with.getValue("device")).book.status().device
            office("revoke", lost.value, "--yes")
        }
        "backs up" -> done { town.backUp() }
        "restores" -> done { town.restore() }
        "retires" -> done { town.retire(step.what, step.with.getValue("field"), step.with.getValue("option")) }
        "decides" -> {
            // A supervisor, by way of the office, about the one entry that waits.
            val (name, reason) = listOf("as", "reason").map(step.with::getValue)
            val what = step.with.getValue("what")
            office("quarantine", what, town.refusedEntry(), "--as", name, "--reason", reason)
        }
        "withdraws" -> office("user", "withdraw", step.with.getValue("from"), *Town.role(step.with.getValue("role")))
        "grants" -> office("user", "grant", step.with.getValue("to"), *Town.role(step.with.getValue("role")))
        "enrolls" -> enrolls(step)
        "reconnects" -> done {
            val asked = town.invite(step.with["as"] ?: name, "--reconnect")
            book.reconnect(asked.copy(code = step.with["code"] ?: asked.code), "JVM")
        }
        "scans" -> readInvitation(step.with.getValue("text")).let { mapOf("url" to it.url, "code" to it.code) }
        "reopens" -> {
            book.close()
            done { opened = Fieldbook.open(store, vault, step.with["pin"], transport) }
        }
        "locks" -> done {
            book.lock()
            assertTrue(book.device.isLocked())
        }
        "unlocks" -> done { book.unlock(step.with["pin"]) }
        "wipes" -> done { book.wipe() }
        "vault" -> done { memory.does = step.with.getValue("does") }
        "line" -> done { line.does = step.with.getValue("does") }
        "dies" -> dies(step)
        "creates" -> creates(step)
        "creates anyway" -> creates(step, anyway = true)
        "edits" -> edits(step)
        "edits anyway" -> edits(step, anyway = true)
        "begins" -> begins(step)
        "types" -> done {
            val (field, text) = step.with.entries.single()
            book.typeInDraft(draft(step), FieldName(field), text)
        }
        "draft" -> drafted(step)
        "submits" -> done { records[step.what] = book.submitDraft(draft(step)).record }
        "undoes" -> done { book.undoDraft(draft(step)) }
        "fills" -> fills(step)
        "reads" -> reads(step)
        "disagrees" -> disagrees(step)
        "resolves" -> done {
            val (field, keep) = step.with.entries.single()
            val known = type(book.record(record(step)).recordType)
            val kind = checkNotNull(known.field(FieldName(field))).kind as FieldKind.Single
            book.resolve(record(step), FieldName(field), scalar(kind.kind, keep))
        }
        "history" -> {
            val history = book.history(record(step))
            val by = history.map(HistoryEntry::by).distinct().sorted().joinToString()
            mapOf("count" to "${history.size}", "by" to by)
        }
        "caseload" -> listed(book.caseload().map(CaseRow::title))
        "timeline" -> listed(book.caseTimeline(record(step).asCase()).map(RecordRow::title))
        "searches" -> listed(book.search(step.with.keys.single()).map(RecordRow::title))
        "lists" -> {
            val type = step.with["type"]?.let(::TypeName)
            val filter = RecordFilter(recordType = type, limit = step.with["limit"]?.toUInt())
            listed(book.records(filter).map(RecordRow::title))
        }
        "tasks" -> {
            val tasks = book.tasks(step.with.getValue("language"))
            mapOf("count" to "${tasks.size}", "label" to tasks.joinToString("; ", transform = OpenTask::label))
        }
        "colleagues" -> {
            val active = book.colleagues().filter(Colleague::active)
            mapOf("count" to "${active.size}", "names" to active.joinToString(transform = Colleague::name))
        }
        "form" -> type(TypeName(step.what), step.with.getValue("language")).let {
            mapOf("label" to it.label, "may_make" to "${it.mayMake}")
        }
        "field" -> field(step)
        "refusals" -> book.refused("dismissed" in step.with).let { refused ->
            mapOf(
                "count" to "${refused.size}",
                "codes" to refused.joinToString { it.code },
                "may_help" to refused.joinToString { "${it.mayHelp}" },
                "edits" to refused.joinToString { "${it.edits.size}" },
                "decisions" to refused.joinToString { same(it.decided?.decision?.name ?: "kept") },
                "by" to refused.mapNotNull { it.decided?.by }.joinToString(),
                "why" to refused.mapNotNull { it.decided?.why }.joinToString(),
            )
        }
        "retries" -> mapOf("waiting" to "${book.retry(refusal(step))}")
        "dismisses" -> done { book.dismiss(refusal(step)) }
        "syncs" -> {
            val throws: (Progress) -> Unit = { error("a listener that throws") }
            synced(book.sync(onProgress = throws.takeIf { step.with["listener"] == "throws" }))
        }
        "cancels" -> cancels()
        "status" -> status(book.status()).let { said ->
            val stuck = records.filterValues(book.status().stuck::contains).keys
            said + ("stuck" to stuck.sorted().joinToString())
        }
        "watches" -> done {
            told = Told(step.with["does"] == "throws")
            observation?.close()
            observation = book.device.observe(told)
        }
        "is told" -> isTold(step)
        "connects" -> connects()
        "hears" -> hears()
        "disconnects" -> done { checkNotNull(watching).cancelAndJoin() }
        "bundle" -> mapOf("text" to book.supportBundle())
        "log" -> mapOf("text" to Log.lines.joinToString("\n", transform = LogLine::message))
        else -> error("line ${step.number}: nobody here knows how to `${step.does}`")
    }

    private fun office(vararg words: String): Map<String, String> {
        town.admin(*words)
        return emptyMap()
    }

    private suspend fun Person.enrolls(step: Step): Map<String, String> {
        var invitation = town.invite(name)
        step.with["code"]?.let { invitation = invitation.copy(code = it) }
        if ("scan" in step.with) {
            val text = "fieldbook:enroll?url=${invitation.url}&code=${invitation.code}"
            invitation = readInvitation("$text&fingerprint=${invitation.fingerprint}")
        }
        if (step.with["vault"] == "files") vault = fileVault(File(folder, "keys").path)
        transport = line.takeIf { step.with["transport"] == "own" }
        val pin = step.with["pin"]
        val fresh = Fieldbook.enroll(invitation, store, vault, "JVM", pin, transport)
        opened?.close()
        opened = fresh
        return emptyMap()
    }

    /** Another process makes the record and is killed the moment it says so. */
    private suspend fun Person.dies(step: Step): Map<String, String> {
        book.close()
        val (name, type, _) = newRecord(step.what)
        val properties = System.getProperties()
        val line = listOf(
            File(properties.getProperty("java.home"), "bin/java").path,
            "-cp", properties.getProperty("java.class.path"),
            "-Djna.library.path=${Town.BUILT}",
            "fieldbook.DyingKt", store.path, File(folder, "keys").path, type.value,
        ) + step.with.map { (key, value) -> "$key=$value" }
        val child = ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start()
        records[name] = RecordId(child.inputReader().readLine())
        child.destroyForcibly().waitFor()
        opened = Fieldbook.open(store, vault)
        return emptyMap()
    }

    private suspend fun Person.creates(step: Step, anyway: Boolean = false): Map<String, String> {
        val (name, typeName, case) = newRecord(step.what)
        val caseId = case?.let { records.getValue(it).asCase() }
        records[name] = book.create(typeName, caseId, edits(type(typeName), step.with, records), anyway)
        return emptyMap()
    }

    private suspend fun Person.edits(step: Step, anyway: Boolean = false): Map<String, String> {
        val known = type(book.record(record(step)).recordType)
        assertTrue(book.edit(record(step), edits(known, step.with, records), anyway))
        return emptyMap()
    }

    private suspend fun Person.begins(step: Step): Map<String, String> {
        val (name, typeName, case) = newRecord(step.what)
        val caseId = case?.let { records.getValue(it).asCase() }
        val new = NewRecord(typeName, caseId, edits = edits(type(typeName), step.with, records))
        drafts[name] = book.beginDraft(new)
        return emptyMap()
    }

    private suspend fun Person.drafted(step: Step): Map<String, String> {
        val draft = book.draft(draft(step))
        assertEquals(listOf(draft.row), book.drafts())
        return mapOf(
            "answered" to "${draft.row.answered}",
            "problems" to "${draft.row.problems}",
            "typed" to draft.typed.entries.joinToString { (field, text) -> "$field=$text" },
            "last" to "${draft.lastAnswered}",
        )
    }

    /** Writes so many characters into a text, of which none follows from the others. */
    private suspend fun Person.fills(step: Step): Map<String, String> {
        val (field, characters) = step.with.entries.single()
        val letters = Random(5)
        val text = String(CharArray(characters.toInt()) { letters.nextInt(33, 127).toChar() })
        assertTrue(book.edit(record(step), listOf(FieldName(field) set text)))
        return emptyMap()
    }

    private suspend fun Person.reads(step: Step): Map<String, String> {
        val record = book.record(record(step))
        val fields = record.fields.entries.associate { (name, value) -> name.value to said(value) }
        return fields + mapOf("state" to record.state.name, "conflicts" to "${record.conflicts.size}")
    }

    /** A value as it stands in a step: a record by its name there. */
    private fun said(value: Value): String {
        if (value !is Value.Refs) return written(value.plain())
        val names = records.entries.associate { (name, record) -> record to name }
        return value.records.map(names::getValue).sorted().joinToString()
    }

    private suspend fun Person.disagrees(step: Step): Map<String, String> {
        val field = FieldName(step.with.keys.single())
        val found = book.conflicts().single { it.record == record(step) && it.field == field }
        assertTrue(found.values.all { it.by in people })
        return mapOf("values" to found.values.map(ConflictValue::text).sorted().joinToString())
    }

    private suspend fun Person.field(step: Step): Map<String, String> {
        val known = type(TypeName(step.what), step.with.getValue("language"))
        val field = checkNotNull(known.field(FieldName(step.with.getValue("name"))))
        val kind = (field.kind as? FieldKind.Single)?.kind ?: field.kind
        return mapOf(
            "kind" to caseOf(kind),
            "label" to field.label,
            "review" to "${field.review}",
            "required" to "${field.required}",
            "retired" to "${field.retired}",
            "option" to field.options.joinToString("; ", transform = OptionLabel::label),
            "retired_options" to (field.options - field.offered.toSet()).joinToString { it.code.value },
        )
    }

    /** Cancels while a request is under way. */
    private suspend fun Person.cancels(): Map<String, String> = coroutineScope {
        line.does = "nothing"
        line.sending.drainPermits()
        book.device.sync(SyncReason.PERSON).use { run ->
            val end = async(Dispatchers.IO, CoroutineStart.UNDISPATCHED) { run.finished() }
            assertTrue(line.sending.tryAcquire(Town.PATIENCE, TimeUnit.SECONDS))
            run.cancel()
            val said = synced(end.await())
            checkNotNull(line.kept).use { assertTrue(it.isGivenUp()) }
            line.does = "carries"
            said
        }
    }

    /** The number of a record's refusal; one that there is not for a record that was not. */
    private suspend fun Person.refusal(step: Step): Long {
        val record = records[step.what]
        return book.refused(dismissed = true).find { it.record == record }?.number ?: 999
    }

    private fun Person.isTold(step: Step): Map<String, String> {
        val wanted = step.what.split(",").map { records.getValue(it.trim()) }.toMutableSet()
        while (wanted.isNotEmpty()) {
            val news = told.news.poll(Town.PATIENCE, TimeUnit.SECONDS)
            wanted -= checkNotNull(news) { "line ${step.number}: not told of $wanted" }.toSet()
        }
        return emptyMap()
    }

    /** Stays connected, and waits until the server tells what is new. */
    private suspend fun Person.connects(): Map<String, String> {
        val events = book.watch()
        if (transport != null) {
            events.first()
            error("there are no live news here")
        }
        watching = scope.launch { events.collect(heard::add) }
        val said = hears()
        do {
            val event = next()
        } while (event !is WatchEvent.Connected)
        return said
    }

    /** The next synchronization that brought something. */
    private fun Person.hears(): Map<String, String> {
        while (true) {
            val event = next()
            if (event is WatchEvent.Synced && event.result.report.received > 0u) return synced(event.result)
        }
    }

    private fun Person.next(): WatchEvent = checkNotNull(heard.poll(Town.PATIENCE, TimeUnit.SECONDS)) { "nothing is heard" }

    private suspend fun Person.type(name: TypeName, language: String = "en"): RecordType =
        checkNotNull(book.recordType(name, language)) { "$name" }

    private fun record(step: Step): RecordId = records.getValue(step.what)

    private fun draft(step: Step): DraftId = drafts.getValue(step.what)
}

private suspend fun done(work: suspend () -> Unit): Map<String, String> {
    work()
    return emptyMap()
}

/** A name of a case as every language compares it. */
private fun same(name: String): String = name.replace("_", "").lowercase()

private fun caseOf(value: Any): String = (value as? Enum<*>)?.name ?: value::class.simpleName.orEmpty()

/** An error as a step expects it. */
private fun told(error: FieldbookException): Map<String, String> = buildMap {
    put("error", caseOf(error))
    when (error) {
        is FieldbookException.WrongPin -> put("tries_left", "${error.triesLeft}")
        is FieldbookException.KeyStore -> put("locked", "${error.locked}")
        is FieldbookException.Invalid -> put("problems", fields(error.problems))
        is FieldbookException.Doubtful -> put("problems", fields(error.problems))
        is FieldbookException.Network -> {
            put("problem", caseOf(error.problem))
            put("may_pass", "${error.mayPass}")
        }
        else -> Unit
    }
}

private fun fields(problems: List<FieldProblem>): String =
    problems.mapNotNull { it.field?.value }.sorted().joinToString()

/** A run's end as a step expects it. */
private fun synced(result: SyncResult): Map<String, String> = buildMap {
    put("sent", "${result.report.sent}")
    put("received", "${result.report.received}")
    put("refused", "${result.report.refused}")
    put("stuck", "${result.report.stuck}")
    val outcome = result.outcome
    put("outcome", caseOf(outcome))
    if (outcome is SyncOutcome.Unreachable) put("problem", caseOf(outcome.problem))
    if (outcome is SyncOutcome.Refused) put("problem", caseOf(outcome.problem))
}

private fun status(status: Status): Map<String, String> = mapOf(
    "owner" to status.owner,
    "waiting" to "${status.waiting}",
    "on_phone" to "${status.onPhone}",
    "sent" to "${status.sent}",
    "on_server" to "${status.onServer}",
    "drafts" to "${status.drafts}",
)

private fun listed(titles: List<String>): Map<String, String> =
    mapOf("count" to "${titles.size}", "titles" to titles.joinToString())

/** `name: type of case`. */
private fun newRecord(what: String): Triple<String, TypeName, String?> {
    val (type, case) = (what.substringAfter(":").trim().split(" of ") + null)
    return Triple(what.substringBefore(":"), TypeName(checkNotNull(type)), case)
}

/** What stands in a step as edits, by the fields' kinds. */
private fun edits(
    type: RecordType,
    fields: Map<String, String>,
    records: Map<String, RecordId>,
): List<Edit> =
    fields.flatMap { (name, text) ->
        val field = FieldName(name)
        when (val kind = checkNotNull(type.field(field)) { name }.kind) {
            is FieldKind.Single -> listOf(Edit.Set(field, scalar(kind.kind, text)))
            is FieldKind.Choices -> text.split(",").map(String::trim).map { option ->
                if (option.startsWith("-")) Edit.Remove(field, OptionCode(option.drop(1)))
                else Edit.Add(field, OptionCode(option))
            }
            is FieldKind.Refs -> text.split(",").map(String::trim).map { name ->
                if (name.startsWith("-")) Edit.RemoveRef(field, records.getValue(name.drop(1)))
                else Edit.AddRef(field, records.getValue(name))
            }
            is FieldKind.Counter -> listOf(Edit.Increment(field, text.toLong()))
            is FieldKind.SharedNote -> listOf(Edit.Append(field, text))
            is FieldKind.Log -> error("no scenario writes logs yet")
        }
    }

private fun scalar(kind: ScalarKind, text: String): Scalar = when (kind) {
    is ScalarKind.Text -> Scalar.Text(text)
    is ScalarKind.Date -> Scalar.Date(LocalDate.parse(text))
    is ScalarKind.DateTime -> Scalar.DateTime(Instant.now().plus(text.removeSuffix("h").toLong(), ChronoUnit.HOURS))
    is ScalarKind.Bool -> Scalar.Bool(text.toBooleanStrict())
    is ScalarKind.Integer -> Scalar.Integer(text.toLong())
    is ScalarKind.Decimal -> Scalar.Decimal(text)
    is ScalarKind.Time -> Scalar.Time(text)
    is ScalarKind.Duration -> Scalar.Duration(text.toLong())
    is ScalarKind.Phone -> Scalar.Phone(text)
    is ScalarKind.Choice -> Scalar.Choice(OptionCode(text))
    is ScalarKind.Options -> Scalar.Options(text.split(",").map { OptionCode(it.trim()) })
    is ScalarKind.Ref -> Scalar.Ref(RecordId(text))
    is ScalarKind.User -> Scalar.User(UserId(text))
}

/** A value as it stands in a step. */
private fun written(value: Any): String = if (value is List<*>) value.joinToString() else "$value"
