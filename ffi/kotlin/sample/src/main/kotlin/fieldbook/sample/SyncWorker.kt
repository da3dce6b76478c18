package fieldbook.sample

import fieldbook.Fieldbook
import fieldbook.SyncOutcome
import fieldbook.SyncReason
import fieldbook.SyncResult
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes

/**
 * Synchronizes in the background: soon after something was saved, and every quarter of an hour.
 *
 * On Android this is a `CoroutineWorker`: [work] is its `doWork`, [saved] enqueues it as unique work
 * with a network as its constraint, and WorkManager does the waiting that [run] does here.
 */
class SyncWorker(private val book: Fieldbook, private val every: Duration = 15.minutes) {
    private val wanted = Channel<SyncReason>(Channel.CONFLATED)

    /** Something was saved. */
    fun saved() {
        wanted.trySend(SyncReason.SAVED)
    }

    /** Works until its coroutine is cancelled. */
    suspend fun run(tell: (Next) -> Unit) {
        while (true) {
            val reason = withTimeoutOrNull(every) { wanted.receive() } ?: SyncReason.SCHEDULE
            tell(work(reason))
        }
    }

    /** One synchronization, and what is to be done next. */
    suspend fun work(reason: SyncReason): Next = next(book.sync(reason))

    /** What becomes of the work: `Result.success()`, `retry()` or `failure()` on Android. */
    enum class Next { DONE, LATER, ASK_THE_PERSON, ENROLL_AGAIN }

    companion object {
        /** What follows from how a synchronization ended. */
        fun next(result: SyncResult): Next = when (result.outcome) {
            is SyncOutcome.Done, is SyncOutcome.Cancelled -> Next.DONE
            is SyncOutcome.Unreachable, is SyncOutcome.Stalled -> Next.LATER
            is SyncOutcome.Refused, is SyncOutcome.LockedByServer -> Next.ASK_THE_PERSON
            is SyncOutcome.WipedByServer -> Next.ENROLL_AGAIN
        }
    }
}
