package fieldbook

import java.io.File
import java.nio.file.Files
import java.util.concurrent.TimeUnit

/** A department with a real server in a folder of its own. Ends, and its folder goes, when closed. */
class Town(people: List<String>) : AutoCloseable {
    val folder: File = Files.createTempDirectory("fieldbook-").toFile()
    private val server: Process

    init {
        admin("init", "--department", "Department")
        for (name in people) {
            admin("user", "add", name, *role("OW"))
        }
        server = ProcessBuilder(PROGRAM, "--json", "serve", "--data", data, "--listen", "127.0.0.1:0")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start()
        server.inputReader().readLine()
    }

    private val data get() = File(folder, "data").path

    /** Runs one line of administration, and returns the JSON that it prints. */
    fun admin(vararg words: String): String {
        val line = listOf(PROGRAM, "--json", "admin", "--data", data) + words
        val process = ProcessBuilder(line).redirectErrorStream(true).start()
        val said = process.inputReader().readText()
        check(process.waitFor() == 0) { "$line: $said" }
        return said
    }

    /** An invitation for one device of somebody's. */
    fun invite(name: String): Invitation {
        val said = admin("invite", name)
        return Invitation(text(said, "url"), text(said, "code"), text(said, "fingerprint"))
    }

    override fun close() {
        server.destroy()
        if (!server.waitFor(PATIENCE, TimeUnit.SECONDS)) server.destroyForcibly()
        folder.deleteRecursively()
    }

    private fun text(json: String, key: String): String =
        checkNotNull(Regex("\"$key\":\"([^\"]*)\"").find(json)) { "$key in $json" }.groupValues[1]

    companion object {
        val BUILT: String = System.getProperty("fieldbook.built")
        private val PROGRAM = File(BUILT, "fieldbook").path

        /** Seconds; far longer than anything here takes on a busy machine. */
        const val PATIENCE = 60L

        /** A role in the one program here, as the administration's lines take it. */
        fun role(role: String): Array<String> = arrayOf("--role", role, "--program", "street_outreach")
    }
}
