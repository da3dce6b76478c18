package fieldbook.sample.android

import android.app.Application
import android.content.Context
import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties.BLOCK_MODE_GCM
import android.security.keystore.KeyProperties.ENCRYPTION_PADDING_NONE
import android.security.keystore.KeyProperties.KEY_ALGORITHM_AES
import android.security.keystore.KeyProperties.PURPOSE_DECRYPT
import android.security.keystore.KeyProperties.PURPOSE_ENCRYPT
import android.security.keystore.UserNotAuthenticatedException
import android.util.AtomicFile
import androidx.lifecycle.Lifecycle
import androidx.lifecycle.LifecycleOwner
import androidx.lifecycle.lifecycleScope
import androidx.lifecycle.repeatOnLifecycle
import androidx.work.Constraints
import androidx.work.CoroutineWorker
import androidx.work.ExistingPeriodicWorkPolicy
import androidx.work.ExistingWorkPolicy
import androidx.work.NetworkType
import androidx.work.OneTimeWorkRequestBuilder
import androidx.work.PeriodicWorkRequestBuilder
import androidx.work.WorkManager
import androidx.work.WorkerParameters
import fieldbook.Fieldbook
import fieldbook.FieldbookException
import fieldbook.KeyVault
import fieldbook.KeyVaultException
import fieldbook.SyncOutcome
import fieldbook.SyncReason
import fieldbook.WatchEvent
import fieldbook.readInvitation
import kotlinx.coroutines.launch
import java.io.File
import java.io.FileNotFoundException
import java.io.IOException
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.util.concurrent.TimeUnit
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

// The Kotlin of docs/mobile.md as it stands there, which GuideTest sees to: what this page tells an
// Android developer to write compiles against the library.

class App : Application() {
    var book: Fieldbook? = null
}

suspend fun enrolls(context: Context, scanned: String, pin: String?): Fieldbook {
    val store = File(context.noBackupFilesDir, "fieldbook.db")
    val book = Fieldbook.enroll(readInvitation(scanned), store, KeystoreVault(context), "Android ${Build.VERSION.RELEASE}", pin)
    return book
}

class KeystoreVault(context: Context) : KeyVault {
    private val folder = File(context.noBackupFilesDir, "keys").apply { mkdirs() }

    override fun load(name: String): ByteArray? = guarded {
        val file = AtomicFile(File(folder, name))
        val bytes = try {
            file.readFully()   // also finishes what a crash interrupted
        } catch (error: FileNotFoundException) {
            return@guarded null
        }
        cipher(Cipher.DECRYPT_MODE, bytes.copyOf(12)).run { updateAAD(name.toByteArray()); doFinal(bytes, 12, bytes.size - 12) }
    }

    override fun store(name: String, secret: ByteArray) = guarded {
        val cipher = cipher(Cipher.ENCRYPT_MODE, null).apply { updateAAD(name.toByteArray()) }
        val file = AtomicFile(File(folder, name))
        val out = file.startWrite()
        try {
            out.write(cipher.iv + cipher.doFinal(secret))
            file.finishWrite(out)   // syncs, then renames: the old secret or the new one, never half
        } catch (error: IOException) {
            file.failWrite(out)
            throw error
        }
    }

    override fun delete(name: String) = guarded { AtomicFile(File(folder, name)).delete() }

    private fun cipher(mode: Int, iv: ByteArray?) = Cipher.getInstance("AES/GCM/NoPadding").apply {
        if (iv == null) init(mode, key()) else init(mode, key(), GCMParameterSpec(128, iv))
    }

    private fun key(): SecretKey {
        val keystore = KeyStore.getInstance("AndroidKeyStore").apply { load(null) }
        (keystore.getKey("fieldbook", null) as? SecretKey)?.let { return it }
        val spec = KeyGenParameterSpec.Builder("fieldbook", PURPOSE_ENCRYPT or PURPOSE_DECRYPT)
            .setBlockModes(BLOCK_MODE_GCM).setEncryptionPaddings(ENCRYPTION_PADDING_NONE)
            .setUnlockedDeviceRequired(false)   // the worker runs while the phone is locked
            .build()
        return KeyGenerator.getInstance(KEY_ALGORITHM_AES, "AndroidKeyStore").run { init(spec); generateKey() }
    }

    private fun <T> guarded(work: () -> T): T = try {
        work()
    } catch (error: UserNotAuthenticatedException) {
        throw KeyVaultException.Locked()
    } catch (error: GeneralSecurityException) {
        throw KeyVaultException.Failed()
    } catch (error: IOException) {
        throw if (folder.usableSpace < 64 * 1024) KeyVaultException.DiskFull() else KeyVaultException.Failed()
    }
}

class FieldbookWorker(context: Context, parameters: WorkerParameters) : CoroutineWorker(context, parameters) {
    override suspend fun doWork(): Result {
        val book = (applicationContext as App).book ?: return Result.success()   // locked: nothing to do
        return try {
            when (book.sync(SyncReason.SCHEDULE).outcome) {
                is SyncOutcome.Done, is SyncOutcome.Cancelled -> Result.success()
                is SyncOutcome.Unreachable, is SyncOutcome.Stalled -> Result.retry()
                else -> Result.failure()   // the app asks the person when it is next opened
            }
        } catch (error: FieldbookException) {
            Result.failure()   // locked meanwhile, or the disk is full: the screen says so
        }
    }
}

fun schedules(context: Context) {
    val online = Constraints.Builder().setRequiredNetworkType(NetworkType.CONNECTED).build()
    WorkManager.getInstance(context).enqueueUniquePeriodicWork("fieldbook", ExistingPeriodicWorkPolicy.KEEP,
        PeriodicWorkRequestBuilder<FieldbookWorker>(15, TimeUnit.MINUTES).setConstraints(online).build())
    // After a save:
    WorkManager.getInstance(context).enqueueUniqueWork("fieldbook-saved", ExistingWorkPolicy.KEEP,
        OneTimeWorkRequestBuilder<FieldbookWorker>().setConstraints(online).build())
}

fun LifecycleOwner.staysConnected(book: Fieldbook, showThatItIsOffline: () -> Unit) {
    lifecycleScope.launch {
        repeatOnLifecycle(Lifecycle.State.STARTED) {
            book.watch().collect { event -> if (event is WatchEvent.Disconnected) showThatItIsOffline() }
        }
    }
}
