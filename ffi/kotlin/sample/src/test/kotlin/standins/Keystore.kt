package android.security.keystore

import java.security.InvalidKeyException
import java.security.spec.AlgorithmParameterSpec

object KeyProperties {
    const val BLOCK_MODE_GCM = "GCM"
    const val ENCRYPTION_PADDING_NONE = "NoPadding"
    const val KEY_ALGORITHM_AES = "AES"
    const val PURPOSE_ENCRYPT = 1
    const val PURPOSE_DECRYPT = 2
}

class KeyGenParameterSpec : AlgorithmParameterSpec {
    @Suppress("UNUSED_PARAMETER")
    class Builder(alias: String, purposes: Int) {
        fun setBlockModes(vararg modes: String): Builder = TODO()
        fun setEncryptionPaddings(vararg paddings: String): Builder = TODO()
        fun setUnlockedDeviceRequired(required: Boolean): Builder = TODO()
        fun build(): KeyGenParameterSpec = TODO()
    }
}

class UserNotAuthenticatedException : InvalidKeyException()
