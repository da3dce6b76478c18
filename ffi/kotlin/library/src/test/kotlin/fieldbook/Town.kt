package fieldbook

import java.io.File
import java.nio.file.Files
import java.util.concurrent.TimeUnit

/** A department with a real server in a folder of its own. Ends, and its folder goes, when closed. */
class Town(people: List<String>) : AutoCloseable {
    val folder: File = Files.createTempDirectory("fieldbook-").toFile()
    private val backup = File(folder, "backup").path
    private var server: Process

    init {
        admin("init", "--department", "Department")
        for (name in people) {
            admin("user", "add", name, *role("OW"))
        }
        server = serve()
    }

    private fun serve(vararg options: String): Process =
        ProcessBuilder(PROGRAM, "--json", "serve", "--data", data, "--listen", "127.0.0.1:0", *options)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start()
            .also { it.inputReader().readLine() }

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
    fun invite(name: String, vararg options: String): Invitation {
        val said = admin("invite", name, *options)
        return Invitation(text(said, "url"), text(said, "code"), text(said, "fingerprint"))
    }

    /** Writes a backup. */
    fun backUp() {
        admin("backup", backup)
    }

    /** Puts the backup in the place of the data, and starts the server anew, somewhere else. */
    fun restore() {
        end()
        admin("restore", backup)
        server = serve()
    }

    /** Retires a field of a type and an option, and starts the server anew, somewhere else. */
    fun retire(type: String, field: String, option: String) {
        val catalogue = File(folder, "catalogue")
        CATALOGUE.walk().filter { it.extension == "toml" }
            .forEach { it.copyTo(File(catalogue, it.relativeTo(CATALOGUE).path)) }
        val path = File(catalogue, "types/$type.toml")
        var form = path.readText()
        val marks = mapOf("name = \"$field\"\n" to "retired = true\n", "code = \"$option\", " to "retired = true, ")
        for ((before, mark) in marks) {
            check(before in form)
            form = form.replaceFirst(before, before + mark)
        }
        path.writeText(form)
        end()
        server = serve("--catalogue", catalogue.path)
    }

    /** The one entry that waits for a supervisor. */
    fun refusedEntry(): String = Regex("\"entry\":(\\d+)").findAll(admin("quarantine", "list"))
        .map { it.groupValues[1] }.toSet().single()

    override fun close() {
        end()
        folder.deleteRecursively()
    }

    private fun end() {
        server.destroy()
        if (!server.waitFor(PATIENCE, TimeUnit.SECONDS)) server.destroyForcibly()
    }

    private fun text(json: String, key: String): String =
        checkNotNull(Regex("\"$key\":\"([^\"]*)\"").find(json)) { "$key in $json" }.groupValues[1]

    companion object {
        val BUILT: String = System.getProperty("fieldbook.built")
        private val PROGRAM = File(BUILT, "fieldbook").path
        private val CATALOGUE = File(BUILT, "../../catalogue").canonicalFile

        /** Seconds; far longer than anything here takes on a busy machine. */
        const val PATIENCE = 60L

        /** A role in the one program here, as the administration's lines take it. */
        fun role(role: String): Array<String> = arrayOf("--role", role, "--program", "street_outreach")
    }
}
