package fieldbook

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.time.Duration.Companion.milliseconds

/** Carries requests to the server, as a suspend function. */
public fun interface SuspendingTransport {
    /**
     * Sends a request and returns the answer, whatever its status. Throw [TransportException] when
     * there is none; whatever else is thrown counts as a broken connection.
     */
    public suspend fun send(request: HttpRequest): HttpResponse
}

/**
 * This transport as the device takes it. Requests are sent in [scope]; one that nobody waits for any
 * more is cancelled.
 */
public fun SuspendingTransport.asTransport(scope: CoroutineScope): Transport = object : Transport {
    override fun send(request: HttpRequest, reply: Reply) {
        scope.launch {
            reply.use {
                coroutineScope {
                    val watch = launch {
                        while (!reply.isGivenUp()) delay(GIVEN_UP_CHECK)
                        this@coroutineScope.cancel()
                    }
                    try {
                        reply.answer(this@asTransport.send(request))
                    } catch (cancelled: CancellationException) {
                        throw cancelled
                    } catch (failure: TransportException) {
                        reply.fail(failure)
                    } catch (_: Exception) {
                        reply.fail(TransportException.Cut())
                    } finally {
                        watch.cancel()
                    }
                }
            }
        }
    }
}

/** How soon a request that was given up is cancelled. */
private val GIVEN_UP_CHECK = 200.milliseconds
