package io.tiercel.functions.credential;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.json.Json;
import java.time.Instant;
import java.util.function.Consumer;

/** The claims of a sensor's token as Kubernetes 1.32 issues it, with changes. */
final class TestClaims {
    static final String ISSUER = "https://oidc.example/id/1";
    static final String NODE = "ip-10-0-0-1.eu-west-1.compute.internal";
    static final String POD = "tiercel-sensor-x7k2p";
    static final String POD_UID = "0f7c1a52-6f0e-4a44-9a8d-0f4a6c1d2e3f";
    static final Instant ISSUED = Instant.parse("2026-03-01T12:00:00Z");
    static final Instant EXPIRES = ISSUED.plusSeconds(600);

    private TestClaims() {}

    static String valid() {
        return with(claims -> {});
    }

    static String with(Consumer<ObjectNode> change) {
        ObjectNode claims = Json.MAPPER.createObjectNode();
        claims.put("iss", ISSUER);
        claims.putArray("aud").add("tiercel");
        claims.put("sub", "system:serviceaccount:tiercel:tiercel-sensor");
        claims.put("iat", ISSUED.getEpochSecond());
        claims.put("nbf", ISSUED.getEpochSecond());
        claims.put("exp", EXPIRES.getEpochSecond());
        claims.put("jti", "5a4c3b2a-0000-4000-8000-000000000001");
        ObjectNode cluster = claims.putObject("kubernetes.io");
        cluster.put("namespace", "tiercel");
        cluster.putObject("node").put("name", NODE).put("uid", "node-uid");
        cluster.putObject("pod").put("name", POD).put("uid", POD_UID);
        cluster.putObject("serviceaccount").put("name", "tiercel-sensor").put("uid", "account-uid");
        change.accept(claims);
        return claims.toString();
    }

    /** Returns the claims of a cluster before Kubernetes 1.32. */
    static String withoutNode() {
        return with(claims -> ((ObjectNode) claims.get("kubernetes.io")).remove("node"));
    }
}
