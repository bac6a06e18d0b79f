package io.tiercel.functions.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.json.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Issues service account tokens as a cluster does, and forged ones. Written without a token library, so that it can do wrong. */
public final class SensorTokens {
    /** The issuer of valid tokens. */
    public static final String ISSUER = "https://issuer.example/id/4F2A";

    private static final String KEY_ID = "key-1";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair keys = keyPair();
    private final KeyPair otherKeys = keyPair();

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the JSON Web Key Set of the cluster. */
    public String keySet() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        ObjectNode set = Json.MAPPER.createObjectNode();
        set.putArray("keys")
                .addObject()
                .put("kty", "RSA")
                .put("use", "sig")
                .put("alg", "RS256")
                .put("kid", KEY_ID)
                .put("n", BASE64.encodeToString(magnitude(key.getModulus())))
                .put("e", BASE64.encodeToString(magnitude(key.getPublicExponent())));
        return set.toString();
    }

    private static byte[] magnitude(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    /** Returns a valid token of the sensor on a node. */
    public String valid(String node) {
        return signed(node, claims -> {});
    }

    /** Returns a token whose claims were changed before the cluster signed it. */
    public String signed(String node, Consumer<ObjectNode> change) {
        return token("RS256", KEY_ID, claims(node, change), keys);
    }

    /** Returns forged tokens of the sensor on a node, by their defect. */
    public Map<String, String> forged(String node) {
        ObjectNode claims = claims(node, unchanged -> {});
        long now = Instant.now().getEpochSecond();
        Map<String, String> forged = new LinkedHashMap<>();
        forged.put("expired", signed(node, c -> c.put("exp", now - 120)));
        forged.put("not valid yet", signed(node, c -> c.put("nbf", now + 120)));
        forged.put("without expiry", signed(node, c -> c.remove("exp")));
        forged.put("foreign audience", signed(node, c -> c.putArray("aud").add("sts.amazonaws.com")));
        forged.put("foreign issuer", signed(node, c -> c.put("iss", "https://issuer.example/id/FFFF")));
        forged.put("other service account", signed(node, c -> c.put("sub", "system:serviceaccount:tiercel:other")));
        forged.put("other namespace", signed(node, c -> c.put("sub", "system:serviceaccount:shop:tiercel-sensor")));
        forged.put(
                "claims of another service account",
                signed(
                        node,
                        c -> c.withObject("kubernetes.io")
                                .withObject("serviceaccount")
                                .put("name", "other")));
        forged.put(
                "claims of another namespace",
                signed(node, c -> c.withObject("kubernetes.io").put("namespace", "shop")));
        forged.put("without pod", signed(node, c -> c.remove("kubernetes.io")));
        forged.put("foreign key", token("RS256", KEY_ID, claims, otherKeys));
        forged.put("unknown key", token("RS256", "key-2", claims, otherKeys));
        forged.put("unsigned", encoded(header("none", KEY_ID)) + "." + encoded(claims.toString()) + ".");
        forged.put("unsigned with a signature", withAlgorithm("none", claims));
        forged.put("signed with the public key as a secret", hmac(claims));
        String valid = valid(node);
        String[] parts = valid.split("\\.", -1);
        forged.put(
                "claims of another node",
                parts[0] + "." + encoded(claims("other", c -> {}).toString()) + "." + parts[2]);
        forged.put("cut", valid.substring(0, valid.length() - 4));
        forged.put("no token", "0123456789abcdef");
        forged.put("huge", "a".repeat(20_000) + "." + parts[1] + "." + parts[2]);
        return forged;
    }

    private static ObjectNode claims(String node, Consumer<ObjectNode> change) {
        long now = Instant.now().getEpochSecond();
        ObjectNode claims = Json.MAPPER.createObjectNode();
        claims.putArray("aud").add("tiercel");
        claims.put("exp", now + 600)
                .put("iat", now - 10)
                .put("nbf", now - 10)
                .put("iss", ISSUER)
                .put("sub", "system:serviceaccount:tiercel:tiercel-sensor");
        ObjectNode cluster = claims.putObject("kubernetes.io").put("namespace", "tiercel");
        cluster.putObject("node").put("name", node).put("uid", "11111111-1111-1111-1111-111111111111");
        cluster.putObject("pod").put("name", "tiercel-abcde").put("uid", "22222222-2222-2222-2222-222222222222");
        cluster.putObject("serviceaccount")
                .put("name", "tiercel-sensor")
                .put("uid", "33333333-3333-3333-3333-333333333333");
        change.accept(claims);
        return claims;
    }

    private static String header(String algorithm, String keyId) {
        return Json.MAPPER
                .createObjectNode()
                .put("alg", algorithm)
                .put("kid", keyId)
                .toString();
    }

    private static String encoded(String json) {
        return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String token(String algorithm, String keyId, ObjectNode claims, KeyPair signer) {
        String content = encoded(header(algorithm, keyId)) + "." + encoded(claims.toString());
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(signer.getPrivate());
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private String withAlgorithm(String algorithm, ObjectNode claims) {
        return token(algorithm, KEY_ID, claims, keys);
    }

    private String hmac(ObjectNode claims) {
        String content = encoded(header("HS256", KEY_ID)) + "." + encoded(claims.toString());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(keys.getPublic().getEncoded(), "HmacSHA256"));
            return content + "." + BASE64.encodeToString(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the parts of a token by which a leak is recognized: its signature, or the whole text if it has none. */
    public static String trace(String token) {
        String signature = token.substring(token.lastIndexOf('.') + 1);
        return signature.length() < 16 ? token : signature;
    }
}
