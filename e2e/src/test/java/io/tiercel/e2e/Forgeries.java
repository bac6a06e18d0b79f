package io.tiercel.e2e;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The forgeries of the test: what a holder of the sensors' shared client certificate or of a sensor's token may post. */
final class Forgeries {
    private static final String GHOST = "ip-10-9-9-9";
    private static final String UNVERIFIED = "the sender is not verified";
    private static final String INVALID_CREDENTIAL = UNVERIFIED + ": (?!it sent no credential)";

    private final ShopCluster shop;
    private final String ofSensor;

    Forgeries(ShopCluster shop) throws Exception {
        this.shop = shop;
        this.ofSensor = shop.tokenOfSensor(shop.sensorPod());
    }

    /**
     * Claims another instance: without a credential, and with a sensor's.
     *
     * @param name begins the names of the forgeries
     */
    List<Forgery> ofAnotherInstance(String name) {
        return List.of(
                new Forgery(name, null, new Forgery.Claims(GHOST, null, null, shop.otherInstance), List.of(UNVERIFIED)),
                new Forgery(
                        name + "-by-a-sensor",
                        ofSensor,
                        new Forgery.Claims(KubeNode.NAME, null, null, shop.otherInstance),
                        List.of("the alert names instance " + shop.otherInstance)));
    }

    /** Returns alerts about other targets and with other credentials than those of the sensor of the node. */
    List<Forgery> all(SensorTokens tokens) throws Exception {
        List<Forgery> forgeries = new ArrayList<>(claims());
        credentials(tokens)
                .forEach(
                        (name, token) -> forgeries.add(new Forgery(name, token, truth(), List.of(INVALID_CREDENTIAL))));
        return forgeries;
    }

    private Forgery.Claims truth() {
        try {
            return shop.cartOnItsNode();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private List<Forgery> claims() throws Exception {
        String elsewhere = shop.uid("elsewhere");
        Forgery.Claims otherHost =
                new Forgery.Claims(ShopCluster.OTHER_NODE, "elsewhere", elsewhere, shop.otherInstance);
        Forgery.Claims ghost = new Forgery.Claims(GHOST, null, null, shop.otherInstance);
        List<Forgery> forgeries = new ArrayList<>();
        for (Forgery.Claims claims : List.of(otherHost, ghost, truth())) {
            forgeries.add(new Forgery("no-credential-" + claims.host(), null, claims, List.of(UNVERIFIED)));
        }
        for (Forgery.Claims claims : List.of(otherHost, ghost)) {
            forgeries.add(new Forgery(
                    "another-host-" + claims.host(),
                    ofSensor,
                    claims,
                    List.of("the alert's host is " + claims.host() + ", but its sender is")));
        }
        forgeries.add(new Forgery(
                "pod-of-another-node",
                ofSensor,
                new Forgery.Claims(KubeNode.NAME, "elsewhere", elsewhere, null),
                List.of("the pod shop/elsewhere is on node " + ShopCluster.OTHER_NODE)));
        forgeries.add(new Forgery(
                "another-instance",
                ofSensor,
                new Forgery.Claims(KubeNode.NAME, "cart", shop.uid("cart"), shop.otherInstance),
                List.of("the alert names instance " + shop.otherInstance)));
        forgeries.add(new Forgery(
                "token-of-another-sensor",
                shop.tokenOfSensor("sensor-elsewhere"),
                truth(),
                List.of("the alert's host is " + KubeNode.NAME + ", but its sender is")));
        return forgeries;
    }

    private Map<String, String> credentials(SensorTokens tokens) throws Exception {
        long now = Instant.now().getEpochSecond();
        Map<String, String> credentials = new LinkedHashMap<>();
        credentials.put("token-of-another-pod", shop.tokenOfCart());
        credentials.put(
                "token-for-the-api-server", shop.tokenOfSensor(shop.sensorPod(), "https://kubernetes.default.svc"));
        credentials.put(
                "foreign-audience",
                tokens.signed(claims -> claims.putArray("aud").add("falco")));
        credentials.put("foreign-issuer", tokens.signed(claims -> claims.put("iss", "https://issuer.example")));
        credentials.put(
                "expired",
                tokens.signed(claims ->
                        claims.put("exp", now - 120).put("iat", now - 4000).put("nbf", now - 4000)));
        credentials.put("not-yet-valid", tokens.signed(claims -> claims.put("nbf", now + 600)));
        credentials.put("unsigned", tokens.unsigned());
        credentials.put("signed-with-the-public-key", tokens.signedWithPublicKey());
        credentials.put("signed-by-another-key", tokens.signedByAnotherKey());
        credentials.put("not-a-token", "an-operators-token-for-this-test-only");
        return credentials;
    }
}
