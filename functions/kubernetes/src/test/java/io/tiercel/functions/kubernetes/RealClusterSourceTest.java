package io.tiercel.functions.kubernetes;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodEniAnnotation;
import io.tiercel.functions.enrich.PodFacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the source against a real API server, with the shipped role and with fewer permissions. */
@Tag("cluster")
class RealClusterSourceTest {
    private static final String SHOP = "shop";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String ROLE_ARN = "arn:aws:iam::123456789012:role/cart";

    private static RealCluster real;

    @BeforeAll
    static void start() throws Exception {
        real = RealCluster.startOrSkip();
        real.admin
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(SHOP)
                        .endMetadata()
                        .build())
                .create();
        Path role = Path.of(System.getProperty("tiercel.root"), "infra", "kubernetes", "enrich-role.yaml");
        try (InputStream file = Files.newInputStream(role)) {
            real.admin.load(file).createOrReplace();
        }
        real.admin
                .resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName("pods-and-nodes")
                        .endMetadata()
                        .withRules(new PolicyRuleBuilder()
                                .withApiGroups("")
                                .withResources("pods", "nodes")
                                .withVerbs("get")
                                .build())
                        .build())
                .create();
        createServiceAccount("enrich", Map.of());
        createServiceAccount("limited", Map.of());
        createServiceAccount("unprivileged", Map.of());
        bind("tiercel-enrich", "enrich");
        bind("pods-and-nodes", "limited");
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (real != null) {
            real.close();
        }
    }

    private static void createServiceAccount(String name, Map<String, String> annotations) {
        real.admin
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace(SHOP)
                        .withName(name)
                        .withAnnotations(annotations)
                        .endMetadata()
                        .build())
                .create();
    }

    private static void bind(String role, String account) {
        real.admin
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(account)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                        .addNewSubject("", "ServiceAccount", account, SHOP)
                        .build())
                .create();
    }

    private static PodTemplateSpec template(String app, String account, Map<String, String> env) {
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToLabels("app", app)
                .addToAnnotations(PodEniAnnotation.KEY, "[{\"eniId\":\"eni-0123456789abcdef0\",\"vlanId\":1}]")
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(account)
                .withRestartPolicy(app.equals("report") ? "Never" : "Always")
                .addNewInitContainer()
                .withName("first")
                .withImage("shop/migrate:3")
                .endInitContainer()
                .addNewContainer()
                .withName("main")
                .withImage("shop/" + app + ":2")
                .withEnv(env.entrySet().stream()
                        .map(variable -> new EnvVarBuilder()
                                .withName(variable.getKey())
                                .withValue(variable.getValue())
                                .build())
                        .toList())
                .endContainer()
                .endSpec()
                .build();
    }

    private static String deploy(String name, String account, Map<String, String> env) {
        real.admin
                .resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withNamespace(SHOP)
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(1)
                        .withNewSelector()
                        .addToMatchLabels("app", name)
                        .endSelector()
                        .withTemplate(template(name, account, env))
                        .endSpec()
                        .build())
                .create();
        return await("a pod of " + name).atMost(TIMEOUT).until(() -> podOf(name), found -> !found.isEmpty());
    }

    private static String podOf(String app) {
        return real.admin.pods().inNamespace(SHOP).withLabel("app", app).list().getItems().stream()
                .findFirst()
                .map(pod -> pod.getMetadata().getName())
                .orElse("");
    }

    @Test
    void the_shipped_role_permits_every_read() {
        createServiceAccount("cart", Map.of(KubernetesClusterSource.ROLE_ANNOTATION, ROLE_ARN));
        String name = deploy("cart", "cart", Map.of());
        Pod pod = real.admin.pods().inNamespace(SHOP).withName(name).get();
        String set = pod.getMetadata().getOwnerReferences().getFirst().getName();
        try (KubernetesClient client = real.as(SHOP, "enrich")) {
            KubernetesClusterSource source = new KubernetesClusterSource(client);
            assertEquals(
                    new PodFacts(
                            SHOP,
                            name,
                            pod.getMetadata().getUid(),
                            null,
                            null,
                            false,
                            "cart",
                            ROLE_ARN,
                            "irsa",
                            List.of(new PodFacts.Owner("ReplicaSet", set), new PodFacts.Owner("Deployment", "cart")),
                            List.of("shop/cart:2", "shop/migrate:3"),
                            List.of("eni-0123456789abcdef0"),
                            pod.getMetadata().getLabels()),
                    source.pod(SHOP, name));
            assertNull(source.pod(SHOP, "missing"));
        }
    }

    @Test
    void pod_identity_is_recognized_without_its_role() {
        String name = deploy(
                "ledger",
                "default",
                Map.of(KubernetesClusterSource.POD_IDENTITY_VARIABLE, "http://169.254.170.23/v1/credentials"));
        try (KubernetesClient client = real.as(SHOP, "enrich")) {
            PodFacts facts = new KubernetesClusterSource(client).pod(SHOP, name);
            assertNotNull(facts);
            assertEquals("pod-identity", facts.roleSource());
            assertNull(facts.role());
            assertEquals("default", facts.serviceAccount());
        }
    }

    @Test
    void the_owners_of_a_pod_lead_to_its_cron_job() {
        String cron = real.admin
                .resource(new CronJobBuilder()
                        .withNewMetadata()
                        .withNamespace(SHOP)
                        .withName("report")
                        .endMetadata()
                        .withNewSpec()
                        .withSchedule("0 0 1 1 *")
                        .withNewJobTemplate()
                        .withNewSpec()
                        .withTemplate(template("report", "default", Map.of()))
                        .endSpec()
                        .endJobTemplate()
                        .endSpec()
                        .build())
                .create()
                .getMetadata()
                .getUid();
        real.admin
                .resource(new JobBuilder()
                        .withNewMetadata()
                        .withNamespace(SHOP)
                        .withName("report-1")
                        .addNewOwnerReference()
                        .withApiVersion("batch/v1")
                        .withKind("CronJob")
                        .withName("report")
                        .withUid(cron)
                        .withController(true)
                        .endOwnerReference()
                        .endMetadata()
                        .withNewSpec()
                        .withTemplate(template("report", "default", Map.of()))
                        .endSpec()
                        .build())
                .create();
        String name = await().atMost(TIMEOUT).until(() -> podOf("report"), found -> !found.isEmpty());
        try (KubernetesClient client = real.as(SHOP, "enrich")) {
            PodFacts facts = new KubernetesClusterSource(client).pod(SHOP, name);
            assertNotNull(facts);
            assertEquals(
                    List.of(new PodFacts.Owner("Job", "report-1"), new PodFacts.Owner("CronJob", "report")),
                    facts.owners());
            assertEquals(new PodFacts.Owner("CronJob", "report"), facts.workload());
        }
    }

    @Test
    void a_node_names_its_instance() {
        real.admin
                .resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName("node-7")
                        .addToLabels("topology.kubernetes.io/zone", "eu-west-1a")
                        .addToLabels("karpenter.sh/nodepool", "spot")
                        .endMetadata()
                        .withNewSpec()
                        .withProviderID("aws:///eu-west-1a/i-0123456789abcdef0")
                        .withUnschedulable(true)
                        .endSpec()
                        .build())
                .create();
        try (KubernetesClient client = real.as(SHOP, "enrich")) {
            KubernetesClusterSource source = new KubernetesClusterSource(client);
            NodeFacts node = source.node("node-7");
            assertNotNull(node);
            assertEquals("i-0123456789abcdef0", node.instanceId());
            assertEquals("eu-west-1a", node.zone());
            assertEquals("spot", node.nodeGroup());
            assertEquals(true, node.cordoned());
            assertNull(source.node("missing"));
        }
    }

    @Test
    void forbidden_reads_are_omitted() {
        createServiceAccount("billing", Map.of(KubernetesClusterSource.ROLE_ANNOTATION, ROLE_ARN));
        String name = deploy("billing", "billing", Map.of());
        String set = real.admin
                .pods()
                .inNamespace(SHOP)
                .withName(name)
                .get()
                .getMetadata()
                .getOwnerReferences()
                .getFirst()
                .getName();
        try (KubernetesClient client = real.as(SHOP, "limited")) {
            PodFacts facts = new KubernetesClusterSource(client).pod(SHOP, name);
            assertNotNull(facts);
            assertEquals(List.of(new PodFacts.Owner("ReplicaSet", set)), facts.owners());
            assertEquals("billing", facts.serviceAccount());
            assertNull(facts.role());
            assertNull(facts.roleSource());
            assertEquals("billing", facts.labels().get("app"));
        }
        try (KubernetesClient client = real.as(SHOP, "unprivileged")) {
            KubernetesClientException forbidden = assertThrows(
                    KubernetesClientException.class, () -> new KubernetesClusterSource(client).pod(SHOP, name));
            assertEquals(403, forbidden.getCode());
        }
    }
}
