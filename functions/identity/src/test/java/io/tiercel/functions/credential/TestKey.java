package io.tiercel.functions.credential;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A key pair of a test issuer. It signs with the JDK only, so that the tests share no code with the verification. */
record TestKey(String id, String algorithm, KeyPair pair) {
    static final TestKey RSA = rsa("rsa-1", 2_048);
    static final TestKey OTHER_RSA = rsa("rsa-2", 2_048);
    static final TestKey EC = ec("ec-1");

    static TestKey rsa(String id, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return new TestKey(id, "RS256", generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static TestKey ec(String id) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new TestKey(id, "ES256", generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a token of this key with a header of its own. */
    String token(String payload) {
        return token("{\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(algorithm, id), payload);
    }

    /** Returns a token with a header of the caller's choice. */
    String token(String header, String payload) {
        String signed = base64(header.getBytes(StandardCharsets.UTF_8)) + "."
                + base64(payload.getBytes(StandardCharsets.UTF_8));
        return signed + "." + base64(sign(signed.getBytes(StandardCharsets.UTF_8)));
    }

    private byte[] sign(byte[] bytes) {
        try {
            Signature signature =
                    Signature.getInstance(algorithm.equals("ES256") ? "SHA256withECDSAinP1363Format" : "SHA256withRSA");
            signature.initSign(pair.getPrivate());
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the public key as a JSON Web Key. */
    String jwk() {
        String key = switch (pair.getPublic()) {
            case RSAPublicKey rsa ->
                "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\""
                        .formatted(base64(rsa.getModulus(), 0), base64(rsa.getPublicExponent(), 0));
            case ECPublicKey ec ->
                "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\""
                        .formatted(
                                base64(ec.getW().getAffineX(), 32),
                                base64(ec.getW().getAffineY(), 32));
            default -> throw new IllegalStateException("another type of key");
        };
        return "{%s,\"use\":\"sig\",\"kid\":\"%s\",\"alg\":\"%s\"}".formatted(key, id, algorithm);
    }

    /** Returns a JSON Web Key Set. */
    static String keySet(TestKey... keys) {
        return Stream.of(keys).map(TestKey::jwk).collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String base64(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        int size = Math.max(length, (number.bitLength() + 7) / 8);
        byte[] unsigned = new byte[size];
        int count = Math.min(size, bytes.length);
        System.arraycopy(bytes, bytes.length - count, unsigned, size - count, count);
        return base64(unsigned);
    }
}
