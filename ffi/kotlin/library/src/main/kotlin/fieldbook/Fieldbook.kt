package fieldbook

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.channelFlow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.withContext
import java.io.File
import java.util.concurrent.atomic.AtomicBoolean

/**
 * An enrolled device with its store, for coroutines.
 *
 * Everything it says it saved is on the disk. Every call may come from any thread, the main one
 * included; the work is done on [dispatcher]. Calls fail with [FieldbookException], which has a case
 * for each different thing an app can do about it. Close it, or put it into `use {}`, to close the
 * store and to let go of the library's memory.
 */
public class Fieldbook internal constructor(
    /** The device underneath, with everything that blocks. */
    public val device: Device,
    private val dispatcher: CoroutineDispatcher,
) : AutoCloseable {
    private val closed = AtomicBoolean()

    /**
     * Makes records: says the new record's id once it is on the disk. [anyway] answers
     * [FieldbookException.Doubtful]: the dates are right.
     */
    public suspend fun create(new: NewRecord, anyway: Boolean = false): RecordId =
        work { create(new, anyway) }

    /** Makes a record of this type with these first values. */
    public suspend fun create(
        type: TypeName,
        caseId: CaseId? = null,
        edits: List<Edit> = emptyList(),
        anyway: Boolean = false,
    ): RecordId = create(NewRecord(recordType = type, caseId = caseId, edits = edits), anyway)

    /**
     * Makes a record for each of several people who were met at once, all or none: [new] in its own
     * case, and one in each of [also]. Says their ids, the first one first. [anyway] answers
     * [FieldbookException.Doubtful]: the dates are right.
     */
    public suspend fun createTogether(
        new: NewRecord,
        also: List<CaseId>,
        anyway: Boolean = false,
    ): List<RecordId> = work { createTogether(new, also, anyway) }

    /**
     * Edits a record, all in one change. Says whether that changed anything. [anyway] answers
     * [FieldbookException.Doubtful]: the dates are right.
     */
    public suspend fun edit(record: RecordId, edits: List<Edit>, anyway: Boolean = false): Boolean =
        work { edit(record, edits, anyway) }

    /** Begins a draft of a new record, with the answers that its form starts with and those of [new]. */
    public suspend fun beginDraft(new: NewRecord): DraftId = work { beginDraft(new) }

    /** Begins a draft of an edit: the record stays as it is until the draft is submitted. */
    public suspend fun beginEditDraft(record: RecordId): DraftId = work { beginEditDraft(record) }

    /** Saves answers in a draft, whatever is wrong with them. */
    public suspend fun editDraft(draft: DraftId, edits: List<Edit>): Unit =
        work { editDraft(draft, edits) }

    /** Saves what a person typed as the whole answer to a question, valid or not. */
    public suspend fun typeInDraft(draft: DraftId, field: FieldName, text: String): Unit =
        work { typeInDraft(draft, field, text) }

    /** Removes an entry of a log from a draft; says whether it was there. */
    public suspend fun removeDraftEntry(draft: DraftId, field: FieldName, entry: String): Boolean =
        work { removeDraftEntry(draft, field, entry) }

    /** A draft with its form, and everything that keeps it from being submitted. */
    public suspend fun draft(draft: DraftId, language: String = "en"): Draft =
        work { draft(draft, language) }

    /** The open drafts, the one that was touched last at the top. */
    public suspend fun drafts(): List<DraftRow> = work { drafts() }

    /** Undoes the answer that was given last; says which. */
    public suspend fun undoAnswer(draft: DraftId): FieldName? = work { undoAnswer(draft) }

    /**
     * Submits a draft: it becomes a record, or an edit of one. [anyway] answers
     * [FieldbookException.Doubtful]: the dates are right. The people of the cases [also], who were met
     * at once, get a record each.
     */
    public suspend fun submitDraft(
        draft: DraftId,
        anyway: Boolean = false,
        also: List<CaseId> = emptyList(),
    ): SubmittedDraft = work { submitDraft(draft, anyway, also) }

    /** Discards a draft. */
    public suspend fun discardDraft(draft: DraftId): Unit = work { discardDraft(draft) }

    /** Undoes that a draft was submitted or discarded, for ten minutes. */
    public suspend fun undoDraft(draft: DraftId): UndoneDraft = work { undoDraft(draft) }

    /** Shows a record. That somebody looked at it is noted for the audit. */
    public suspend fun record(record: RecordId, language: String = "en"): Record =
        work { record(record, language) }

    /** Every change of a record, each after those it follows. */
    public suspend fun history(record: RecordId): List<HistoryEntry> = work { history(record) }

    /** What people disagree about, the newest record first. */
    public suspend fun conflicts(language: String = "en"): List<Conflict> =
        work { conflicts(language) }

    /** Decides a conflict: one of its values stays, for everybody. */
    public suspend fun resolve(record: RecordId, field: FieldName, keep: Scalar): Unit =
        work { resolve(record, field, keep) }

    /** The cases on this device, what is due first at the top. */
    public suspend fun caseload(language: String = "en"): List<CaseRow> =
        work { caseload(language) }

    /** Everything of a case, newest first. */
    public suspend fun caseTimeline(caseId: CaseId, language: String = "en"): List<RecordRow> =
        work { caseTimeline(caseId, language) }

    /** The records that pass the filter, newest first. */
    public suspend fun records(
        filter: RecordFilter = RecordFilter(),
        language: String = "en",
    ): List<RecordRow> = work { records(filter, language) }

    /** The records whose searched fields hold every word or its beginning, the best match first. */
    public suspend fun search(
        words: String,
        limit: UInt = 50u,
        language: String = "en",
    ): List<RecordRow> = work { search(words, limit, language) }

    /** What is to be done, due first, in a language, by its BCP 47 code. */
    public suspend fun tasks(language: String): List<OpenTask> = work { tasks(language) }

    /** Whom the device knows by name, in the order of a list to choose from; offer those who are active. */
    public suspend fun colleagues(): List<Colleague> = work { colleagues() }

    /** What can be recorded, in a language: forms are built from it. */
    public suspend fun catalogue(language: String): Catalogue = work { catalogue(language) }

    /** One type of the catalogue, in a language; none when there is no such type. */
    public suspend fun recordType(name: TypeName, language: String): RecordType? =
        work { recordType(name, language) }

    /** What was refused or does not apply, oldest first: what nobody has dismissed, or all of it. */
    public suspend fun refused(
        dismissed: Boolean = false,
        language: String = "en",
    ): List<RefusedChange> = work { refused(dismissed, language) }

    /**
     * Tries a refused change once more, with the next synchronization: an edit made anew, or the
     * record with all that was written to it. Says how many changes wait again.
     */
    public suspend fun retry(number: Long): UInt = work { retry(number) }

    /** Notes that the owner has seen a refusal. What was refused is kept. */
    public suspend fun dismiss(number: Long): Unit = work { dismiss(number) }

    /** How this device stands. Nothing of any record is in it. */
    public suspend fun status(): Status = work { status() }

    /** What to send to whoever helps, as JSON. Nothing that was recorded is in it. */
    public suspend fun supportBundle(): String = work { supportBundle() }

    /** Closes the store and forgets what opened it, for when the person puts the phone away. */
    public suspend fun lock(): Unit = work { lock() }

    /** Opens the store again. Of an open one this checks the PIN. */
    public suspend fun unlock(pin: String? = null): Unit = work { unlock(pin) }

    /** Sets, changes or removes the PIN. */
    public suspend fun changePin(present: String?, next: String?): Unit =
        work { changePin(present, next) }

    /** Destroys the keys, then the store. Nothing of it can be read again, by anyone. */
    public suspend fun wipe(): Unit = work { wipe() }

    /**
     * Synchronizes, and returns when that has ended. Cancelling the coroutine cancels it; what was
     * acknowledged stays so, and the next run goes on from there.
     *
     * [onProgress] comes from a thread of the library's.
     */
    public suspend fun sync(
        reason: SyncReason = SyncReason.PERSON,
        onProgress: ((Progress) -> Unit)? = null,
    ): SyncResult {
        val listener = onProgress?.let { call ->
            object : SyncListener {
                override fun onProgress(progress: Progress) = call(progress)
            }
        }
        return work { sync(reason, listener) }.use { run ->
            try {
                run.finished()
            } finally {
                run.cancel()
            }
        }
    }

    /**
     * Binds this device to its department again, with an invitation of `fieldbook admin invite NAME
     * --reconnect`. Nothing on the device is lost; synchronize afterwards. Cancelling the coroutine
     * gives it up; asking again with the same code succeeds as long as the code is good.
     */
    public suspend fun reconnect(invitation: Invitation, platform: String): Unit =
        work { reconnect(invitation, platform) }.use { run ->
            try {
                run.finished()
            } finally {
                run.cancel()
            }
        }

    /**
     * Which records change from now on, by an edit or by a synchronization. While the collector is
     * busy, nothing is lost: what changes meanwhile comes later.
     */
    public fun changes(): Flow<List<RecordId>> = observed { it }

    /**
     * What [query] says now, and again whenever a record changed: for a list on a screen.
     *
     * ```
     * val caseload: Flow<List<CaseRow>> = fieldbook.live { caseload() }
     * ```
     */
    public fun <T> live(query: suspend Fieldbook.() -> T): Flow<T> =
        // The first word comes when the listener listens, so that no change falls in between.
        observed(atFirst = Unit) { }.conflate().map { query() }

    /**
     * Stays connected while it is collected: synchronizes, and again as soon as others send
     * something. For as long as the app is on the screen; in a pocket a worker is kinder to the
     * battery. Ends when the server orders the device to show nothing. Only over the built-in HTTPS.
     */
    public fun watch(): Flow<WatchEvent> = channelFlow {
        val listener = object : WatchListener {
            override fun onEvent(event: WatchEvent) {
                trySend(event)
            }
        }
        work { watch(listener) }.use { watch ->
            try {
                watch.finished()
            } finally {
                watch.stop()
            }
        }
    }.buffer(Channel.UNLIMITED)

    private fun <T : Any> observed(atFirst: T? = null, word: (List<RecordId>) -> T): Flow<T> =
        callbackFlow {
            val listener = object : RecordListener {
                override fun onChange(records: List<RecordId>) {
                    trySend(word(records))
                }
            }
            val observation = work { observe(listener) }
            atFirst?.let { trySend(it) }
            awaitClose { observation.use { it.stop() } }
        }.buffer(Channel.UNLIMITED)

    /** Closes the store and lets go of the device. Closing it again does nothing. */
    override fun close() {
        if (!closed.getAndSet(true)) device.use { it.lock() }
    }

    private suspend fun <T> work(call: suspend Device.() -> T): T = withContext(dispatcher) { device.call() }

    public companion object {
        /**
         * Opens the store of a device that is enrolled. Fails with [FieldbookException.NotEnrolled]
         * where there is none.
         */
        public suspend fun open(
            store: File,
            vault: KeyVault,
            pin: String? = null,
            transport: Transport? = null,
            dispatcher: CoroutineDispatcher = Dispatchers.IO,
        ): Fieldbook = withContext(dispatcher) {
            Fieldbook(Device.open(store.path, vault, pin, transport), dispatcher)
        }

        /**
         * Enrolls this device with an invitation. Cancelling the coroutine gives it up; asking again
         * with the same code succeeds as long as the code is good.
         */
        public suspend fun enroll(
            invitation: Invitation,
            store: File,
            vault: KeyVault,
            platform: String,
            pin: String? = null,
            transport: Transport? = null,
            dispatcher: CoroutineDispatcher = Dispatchers.IO,
        ): Fieldbook = withContext(dispatcher) {
            val options = EnrollOptions(path = store.path, pin = pin, platform = platform)
            enroll(invitation, options, vault, transport).use { run ->
                try {
                    Fieldbook(run.finished(), dispatcher)
                } finally {
                    run.cancel()
                }
            }
        }
    }
}
