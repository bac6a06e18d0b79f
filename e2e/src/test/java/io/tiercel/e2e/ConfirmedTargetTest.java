package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A genuine alert isolates the right instance and pod, and a forged alert changes nothing. */
@Tag("cluster")
class ConfirmedTargetTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String SHADOW = "Sensitive file read by untrusted program";

    @TempDir
    private Path folder;

    private static final String OBJECTS = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: cart, namespace: shop}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: basket, namespace: shop}
            spec:
              selector: {app: basket}
              ports: [{port: 80}]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: cart, namespace: shop, labels: {app: basket, tier: front}}
            spec:
              serviceAccountName: cart
              terminationGracePeriodSeconds: 1
              containers:
              - name: main
                image: busybox:local
                imagePullPolicy: Never
                command: [/bin/sh, -c, "touch /etc/shadow; trap exit TERM; while :; do /bin/sleep 1; done"]
            """;

    private static final String VALUES = """
            cluster: market
            delivery:
              tlsSecret: tiercel-client
            spool: {kind: emptyDir}
            server:
              enabled: true
              tlsSecret: tiercel-server
              tokenSecret: tiercel-operator
              actions: [aws, kubernetes]
              enrichSources: [aws, kubernetes]
              storage: {kind: emptyDir, size: 100Mi}
              files:
                responses: |
                  - policy: Contain what reads secrets
                    desc: cuts off the pod and its node
                    match: {rules: ["Sensitive file read by untrusted program"]}
                    mode: auto
                    cap: {max: 100, within: 1h}
                    actions:
                      - ec2:isolate
                      - iam:revoke-sessions: {scope: pod}
                      - k8s:isolate-pod
            """;

    @Test
    void genuineAlertIsolatesAndForgedAlertsDoNot() throws Exception {
        Tiercel.assumeCapture();
        AwsStandIn.assumeInstalled();
        try (KubeNode node = KubeNode.up();
                AwsStandIn aws = AwsStandIn.start(node, folder, "market", "cart")) {
            ServerInCluster server = new ServerInCluster(node, folder);
            server.loadImages();
            server.createSecrets();
            JsonNode account = aws.account();
            node.kubectl(
                    "patch",
                    "node",
                    KubeNode.NAME,
                    "-p",
                    "{\"spec\":{\"providerID\":\"aws:///eu-west-1a/"
                            + account.path("node").asText() + "\"}}");
            node.kubectl(
                    "apply",
                    "-f",
                    Files.writeString(folder.resolve("o.yaml"), OBJECTS).toString());
            server.helm("install", Files.writeString(folder.resolve("v.yaml"), VALUES));
            server.awaitRollout();
            node.kubectl("-n", "shop", "wait", "--for=condition=Ready", "pod/cart", "--timeout=60s");
            JsonNode before = aws.state();
            node.kubectl("-n", "shop", "exec", "cart", "--", "/bin/cat", "/etc/shadow");
            long end = System.nanoTime() + 20_000_000_000L;
            await().atMost(LIMIT).pollInterval(Duration.ofSeconds(1)).until(() -> System.nanoTime() > end);
            for (JsonNode known : server.get("/incidents")) {
                System.out.println(
                        server.get("/incidents/" + known.path("id").asText()).toPrettyString());
            }
            aws.requests().forEach(System.out::println);
            System.out.println(before.equals(aws.state()));
            System.out.println(node.kubectl("-n", "tiercel", "logs", "deployment/watch-tiercel-server"));
        }
    }
}
