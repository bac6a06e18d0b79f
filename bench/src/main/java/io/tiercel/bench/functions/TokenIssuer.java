package io.tiercel.bench.functions;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** Issues tokens of sensors, as a cluster does. */
final class TokenIssuer {
    /** The issuer of the tokens. */
    static final String ISSUER = "https://issuer.example/bench";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int LIFETIME_SECONDS = 3_600;

    private final KeyPair keys;

    TokenIssuer() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        keys = generator.generateKeyPair();
    }

    /** Returns the JSON Web Key Set. */
    String keySet() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        ObjectNode set = JSON.createObjectNode();
        set.putArray("keys")
                .addObject()
                .put("kty", "RSA")
                .put("use", "sig")
                .put("alg", "RS256")
                .put("kid", "1")
                .put("n", number(key.getModulus()))
                .put("e", number(key.getPublicExponent()));
        return set.toString();
    }

    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return BASE64.encodeToString(Arrays.copyOfRange(bytes, sign, bytes.length));
    }

    /** Returns a token of the sensor on a node. */
    String token(String node) throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        ObjectNode claims = JSON.createObjectNode()
                .put("iss", ISSUER)
                .put("sub", "system:serviceaccount:tiercel:tiercel-sensor")
                .put("iat", now)
                .put("nbf", now)
                .put("exp", now + LIFETIME_SECONDS);
        claims.putArray("aud").add("tiercel");
        ObjectNode cluster = claims.putObject("kubernetes.io").put("namespace", "tiercel");
        cluster.putObject("node").put("name", node).put("uid", "uid-of-" + node);
        cluster.putObject("pod").put("name", "sensor").put("uid", "uid-of-sensor");
        cluster.putObject("serviceaccount").put("name", "tiercel-sensor").put("uid", "uid-of-account");
        String content = encoded("{\"alg\":\"RS256\",\"kid\":\"1\"}") + "." + encoded(claims.toString());
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        signature.update(content.getBytes(StandardCharsets.US_ASCII));
        return content + "." + BASE64.encodeToString(signature.sign());
    }

    private static String encoded(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
