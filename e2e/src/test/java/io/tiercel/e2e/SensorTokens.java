package io.tiercel.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Service account tokens: genuine ones of the API server, and copies of one of them with changes. */
final class SensorTokens {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int KEY_BITS = 2048;

    private final Path keys;
    private final ObjectNode header;
    private final ObjectNode claims;

    private SensorTokens(Path keys, ObjectNode header, ObjectNode claims) {
        this.keys = keys;
        this.header = header;
        this.claims = claims;
    }

    /** Returns the tokens of a cluster; the changed ones are copies of the given genuine one. */
    static SensorTokens copying(KubeNode node, String genuine) throws IOException {
        String[] parts = genuine.split("\\.");
        return new SensorTokens(node.folder().resolve("pki"), decode(parts[0]), decode(parts[1]));
    }

    /** Asks the API server for a token that is bound to a pod. */
    static String request(KubeNode node, String namespace, String account, String pod, String audience)
            throws Exception {
        return node.kubectl(
                        "-n",
                        namespace,
                        "create",
                        "token",
                        account,
                        "--audience",
                        audience,
                        "--duration",
                        "1h",
                        "--bound-object-kind",
                        "Pod",
                        "--bound-object-name",
                        pod)
                .strip();
    }

    /** Returns the claims of a token. */
    static JsonNode claims(String token) throws IOException {
        return decode(token.split("\\.")[1]);
    }

    /** Returns a token with other claims and a valid signature of the cluster. */
    String signed(Consumer<ObjectNode> change) throws IOException, GeneralSecurityException {
        return sign(change, clusterKey());
    }

    /** Returns a token with the signature of a key that the cluster does not know. */
    String signedByAnotherKey() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(KEY_BITS);
        return sign(_ -> {}, generator.generateKeyPair().getPrivate());
    }

    /** Returns a token without a signature: {@code alg: none}. */
    String unsigned() throws IOException {
        return content(header.deepCopy().put("alg", "none"), claims) + ".";
    }

    /** Returns a token whose HMAC has the cluster's public key as its secret. */
    String signedWithPublicKey() throws IOException, GeneralSecurityException {
        String content = content(header.deepCopy().put("alg", "HS256"), claims);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Files.readAllBytes(keys.resolve("sa.pub")), "HmacSHA256"));
        return content + "." + BASE64.encodeToString(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
    }

    private String sign(Consumer<ObjectNode> change, PrivateKey key) throws IOException, GeneralSecurityException {
        ObjectNode changed = claims.deepCopy();
        change.accept(changed);
        String content = content(header, changed);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(content.getBytes(StandardCharsets.US_ASCII));
        return content + "." + BASE64.encodeToString(signature.sign());
    }

    private PrivateKey clusterKey() throws IOException, GeneralSecurityException {
        String pem = Files.readString(keys.resolve("sa.key"));
        byte[] encoded = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    private static String content(JsonNode header, JsonNode claims) throws IOException {
        return BASE64.encodeToString(JSON.writeValueAsBytes(header)) + "."
                + BASE64.encodeToString(JSON.writeValueAsBytes(claims));
    }

    private static ObjectNode decode(String part) throws IOException {
        return (ObjectNode) JSON.readTree(Base64.getUrlDecoder().decode(part));
    }
}
