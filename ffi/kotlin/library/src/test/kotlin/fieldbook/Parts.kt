package fieldbook

import java.io.IOException
import java.net.URI
import java.security.MessageDigest
import java.security.cert.X509Certificate
import java.util.concurrent.BlockingQueue
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.Semaphore
import javax.net.ssl.HttpsURLConnection
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLException
import javax.net.ssl.X509TrustManager
import kotlin.concurrent.thread

/** An app's key store, in memory. */
class MemoryVault : KeyVault {
    private val secrets = ConcurrentHashMap<String, ByteArray>()

    @Volatile
    var does = "works"

    private fun check() {
        when (does) {
            "refuses" -> throw KeyVaultException.Locked()
            "is full" -> throw KeyVaultException.DiskFull()
            "throws" -> error("the key store is on fire")
        }
    }

    override fun load(name: String): ByteArray? {
        check()
        return secrets[name]
    }

    override fun store(name: String, secret: ByteArray) {
        check()
        secrets[name] = secret
    }

    override fun delete(name: String) {
        check()
        secrets.remove(name)
    }
}

/** An app's transport, over the platform's own HTTPS. */
class Line : Transport {
    @Volatile
    var does = "carries"

    /** One for each request that was sent. */
    val sending = Semaphore(0)

    /** The reply of a request that never ends. */
    @Volatile
    var kept: Reply? = null

    override fun send(request: HttpRequest, reply: Reply) {
        when (does) {
            "throws" -> error("no network stack")
            "fails" -> reply.use { it.fail(TransportException.NoConnection()) }
            "rubbish" -> reply.use {
                it.answer(HttpResponse(200u, emptyList(), "<html>please log in".toByteArray()))
            }
            "is narrow" -> if (request.body.size > NARROW) {
                reply.use { it.answer(HttpResponse(413u, emptyList(), ByteArray(0))) }
            } else {
                thread { reply.use { carry(request, it) } }
            }
            "carries" -> thread { reply.use { carry(request, it) } }
            else -> kept = reply
        }
        sending.release()
    }

    private fun carry(request: HttpRequest, reply: Reply) = try {
        reply.answer(carried(request))
    } catch (_: SSLException) {
        reply.fail(TransportException.Certificate())
    } catch (_: IOException) {
        reply.fail(TransportException.NoConnection())
    }
}

/** What a narrow line carries at most, in bytes of a body. */
private const val NARROW = 8 * 1024

/** Sends a request over HTTPS, to a server that shows one of the keys to be trusted. Blocks. */
fun carried(request: HttpRequest): HttpResponse {
    val connection = URI(request.url).toURL().openConnection() as HttpsURLConnection
    request.pins?.let { pins ->
        val context = SSLContext.getInstance("TLSv1.3")
        context.init(null, arrayOf(Pinned(pins)), null)
        connection.sslSocketFactory = context.socketFactory
        // The certificate says whose it is, not the name.
        connection.setHostnameVerifier { _, _ -> true }
    }
    connection.requestMethod = request.method
    for (header in request.headers) connection.setRequestProperty(header.name, header.value)
    if (request.body.isNotEmpty()) {
        connection.doOutput = true
        connection.outputStream.use { it.write(request.body) }
    }
    val status = connection.responseCode
    val body = (connection.errorStream ?: connection.inputStream).use { it.readAllBytes() }
    val headers = connection.headerFields.filterKeys { it != null }
        .flatMap { (name, values) -> values.map { Header(name, it) } }
    return HttpResponse(status.toUShort(), headers, body)
}

private class Pinned(private val pins: List<String>) : X509TrustManager {
    override fun checkServerTrusted(chain: Array<X509Certificate>, authType: String) {
        val shown = MessageDigest.getInstance("SHA-256").digest(chain[0].publicKey.encoded).toHexString()
        if (pins.none { shown == it.replace(":", "").lowercase() }) {
            throw java.security.cert.CertificateException("not the trusted one")
        }
    }

    override fun checkClientTrusted(chain: Array<X509Certificate>, authType: String) =
        throw UnsupportedOperationException()

    override fun getAcceptedIssuers(): Array<X509Certificate> = emptyArray()
}

/** Keeps what it is told; one that throws keeps it as well. */
class Told(private val throws: Boolean) : RecordListener {
    val news: BlockingQueue<List<RecordId>> = LinkedBlockingQueue()

    override fun onChange(records: List<RecordId>) {
        news.add(records)
        if (throws) error("a listener that throws")
    }
}

/** Every line that the library logged in this process. */
object Log : Logger {
    val lines: BlockingQueue<LogLine> = LinkedBlockingQueue()

    override fun log(line: LogLine) {
        lines.add(line)
    }
}
