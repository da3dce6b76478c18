package fieldbook

import org.junit.jupiter.api.Test
import java.io.File

/**
 * Kotlin's part of `cargo xtask measure --bindings`: times the calls of `ffi/python/measure.py` on the
 * store that it made. It is no test, and runs only when it is asked for by name.
 */
class Measuring {
    @Test
    fun calls() {
        val store = File(System.getenv("FIELDBOOK_MEASURED"))
        val vault = fileVault(File(store.parentFile, "keys").path)
        fun opened() = Device.open(store.path, vault)
        val found = linkedMapOf("open" to timed(times = 5) { opened().use { it.caseload().also { _ -> it.lock() } } })
        opened().use { device ->
            val case = device.caseload().first().caseId
            val filter = RecordFilter(recordType = TypeName("outreach_contact"), caseId = case, limit = 1u)
            val newest = device.records(filter).single()
            val first = listOf(FieldName("mode") set OptionCode("street"), FieldName("result") set OptionCode("engaged"))
            found["crossing"] = timed { device.isLocked() }
            found["status"] = timed { device.status() }
            found["record"] = timed { device.record(newest.id) }
            found["timeline"] = timed { device.caseTimeline(case) }
            found["caseload"] = timed { device.caseload() }
            found["search"] = timed { device.search("porch") }
            found["records"] = timed { device.records(RecordFilter(limit = 100u)) }
            found["catalogue"] = timed { device.catalogue("en") }
            found["edit"] = timed { at -> device.edit(newest.id, listOf(FieldName("minutes") set (at % 2 + 500L))) }
            found["create"] = timed { device.create(NewRecord(TypeName("outreach_contact"), edits = first)) }
            device.lock()
        }
        val said = found.entries.joinToString(",") { (name, millis) -> "\"$name\":$millis" }
        File(System.getenv("FIELDBOOK_TOLD")).writeText("{$said}")
    }

    /** The median in milliseconds, once what runs often was compiled. */
    private fun timed(times: Int = 200, work: (Int) -> Unit): Double {
        if (times > 100) repeat(times, work)
        val took = List(times) { at ->
            val start = System.nanoTime()
            work(at)
            System.nanoTime() - start
        }
        return took.sorted()[times / 2] / 1e6
    }
}
