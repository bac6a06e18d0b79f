package io.tiercel.functions.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.util.function.Supplier;

/** Creates clients of the Kubernetes API. Requests time out after ten seconds and are not retried. */
public final class KubernetesClients {
    private static final int CONNECT_MILLIS = 3_000;
    private static final int REQUEST_MILLIS = 10_000;

    private KubernetesClients() {}

    /** Creates a client from {@code KUBECONFIG} or from the service account of the pod that this process runs in. */
    public static KubernetesClient fromEnvironment() {
        return client(new ConfigBuilder(Config.autoConfigure(null)));
    }

    /**
     * Creates a client that authenticates with bearer tokens.
     *
     * @param url the URL of the API server
     * @param certificateAuthority the certificate that signs the server's certificate: PEM in Base64
     * @param token called before each request
     */
    public static KubernetesClient withToken(String url, String certificateAuthority, Supplier<String> token) {
        return client(new ConfigBuilder()
                .withAutoConfigure(false)
                .withMasterUrl(url)
                .withCaCertData(certificateAuthority)
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
