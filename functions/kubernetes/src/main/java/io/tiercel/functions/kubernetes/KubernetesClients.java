package io.tiercel.functions.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.util.function.Supplier;

/** Ways to a cluster's API server. Calls end after ten seconds, and none is repeated here. */
public final class KubernetesClients {
    private static final int CONNECT_MILLIS = 3_000;
    private static final int REQUEST_MILLIS = 10_000;

    private KubernetesClients() {}

    /** As the surroundings say: {@code KUBECONFIG}, or the service account of the pod that this runs in. */
    public static KubernetesClient ofSurroundings() {
        return client(new ConfigBuilder(Config.autoConfigure(null)));
    }

    /**
     * To an API server by tokens.
     *
     * @param endpoint its URL
     * @param authority the certificate that signs its own, PEM in base64
     * @param token asked before each call; may be asked often
     */
    public static KubernetesClient byToken(String endpoint, String authority, Supplier<String> token) {
        return client(new ConfigBuilder()
                .withAutoConfigure(false)
                .withMasterUrl(endpoint)
                .withCaCertData(authority)
                .withOauthTokenProvider(token::get));
    }

    private static KubernetesClient client(ConfigBuilder config) {
        return new KubernetesClientBuilder()
                .withHttpClientFactory(new JdkHttpClientFactory())
                .withConfig(config.withConnectionTimeout(CONNECT_MILLIS)
                        .withRequestTimeout(REQUEST_MILLIS)
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }
}
