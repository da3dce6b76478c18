package fieldbook

import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.condition.EnabledOnOs
import org.junit.jupiter.api.condition.OS
import java.io.File

/** Creates, edits and synchronizations leave nothing behind. */
class MemoryTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    fun `ten thousand rounds leave no growth`(): Unit = runBlocking {
        Town(listOf("ana")).use { town ->
            enrolled(town).use { book ->
                repeat(100) { round(book) }
                val before = Held.now()
                repeat(ROUNDS) { round(book) }
                val after = Held.now()
                println("$ROUNDS rounds: ${before.residentKib} KiB, then ${after.residentKib} KiB")
                assertEquals(before.objects, after.objects, "objects of the library")
                val growth = after.residentKib - before.residentKib
                assertTrue(growth < GROWTH_MAX_KIB, "${before.residentKib} KiB grew by $growth")
                assertTrue(after.files <= before.files + 2, "open files")
                assertTrue(after.threads <= before.threads + 8, "threads")
            }
        }
    }

    @Test
    fun `what is held is counted until it is let go of`(): Unit = runBlocking {
        Town(listOf("ana")).use { town ->
            val before = liveObjects()
            enrolled(town).use { book ->
                assertEquals(before + 1u, liveObjects())
                val kept = List(3) { book.device.observe(Told(throws = false)) }
                assertEquals(before + 4u, liveObjects())
                kept.forEach(Observation::close)
                assertEquals(before + 1u, liveObjects())
            }
            assertEquals(before, liveObjects())
        }
    }

    private suspend fun enrolled(town: Town): Fieldbook =
        Fieldbook.enroll(town.invite("ana"), File(town.folder, "ana/fieldbook.db"), MemoryVault(), "JVM")

    private suspend fun round(book: Fieldbook) {
        val first = listOf(FieldName("mode") set OptionCode("street"), FieldName("result") set OptionCode("engaged"))
        val record = book.create(TypeName("outreach_contact"), edits = first)
        book.edit(record, listOf(FieldName("note") set "met again", FieldName("minutes") set 5L))
        // An observation that begins and ends.
        assertEquals(1uL, book.live { status() }.first().waiting.coerceAtMost(1u))
        assertEquals(SyncOutcome.Done, book.sync().outcome)
    }

    /** What this process holds. The heap is all there from the start: see `pom.xml`. */
    private class Held(val objects: ULong, val residentKib: Long, val files: Int, val threads: Int) {
        companion object {
            fun now(): Held {
                System.gc()
                val status = File("/proc/self/status").readLines().first { it.startsWith("VmRSS:") }
                fun count(folder: String) = File("/proc/self/$folder").list().orEmpty().size
                return Held(liveObjects(), status.filter(Char::isDigit).toLong(), count("fd"), count("task"))
            }
        }
    }

    private companion object {
        /**
         * The figure of the promise is 10,000: `FIELDBOOK_ROUNDS=10000 cargo xtask kotlin`, some
         * minutes. A forgotten object shows after one round.
         */
        val ROUNDS = System.getenv("FIELDBOOK_ROUNDS")?.toInt() ?: 300

        /** SQLite may keep 16 MiB of pages, and the JVM compiles what runs often. */
        const val GROWTH_MAX_KIB = 48 * 1024
    }
}
