package io.tiercel.functions.aws.respond;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIPBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.cloud.AwsEc2Api;
import io.tiercel.functions.kubernetes.KubernetesApiClient;
import io.tiercel.functions.kubernetes.RealCluster;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.AuditedCalls;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.action.SoleHolder;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.Ec2BranchInterfaces;
import io.tiercel.functions.respond.kubernetes.IsolatePod;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests isolation of pods with branch network interfaces against a real API server and moto. */
@Tag("packaged")
class Ec2BranchInterfacesTest {
    private static final Duration CONFLICTS_END = Duration.ofSeconds(20);
    private static final String NAMESPACE = "shop";
    private static final String ANNOTATION = "vpc.amazonaws.com/pod-eni";
    private static final String TRUNK_TAG = "vpcresources.k8s.aws/trunk-eni-id";

    /** Part of the note about a missing network plugin. This cluster has none. */
    private static final String MISSING_PLUGIN_NOTE = "no network plugin that is known";

    private static RealCluster real;
    private static Moto moto;
    private static EmulatedAccount account;
    private static Ec2Api ec2;
    private static KubernetesClient client;
    private static ActionHandler isolate;
    private static String firstGroup;
    private static String secondGroup;
    private static String trunk;

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.startOrSkip();
        real = RealCluster.startOrSkip();
        account = new EmulatedAccount(moto);
        ec2 = new AwsEc2Api(account.connection);
        firstGroup = account.group("pods-one");
        secondGroup = account.group("pods-two");
        trunk = ec2.attachedInterfaces(account.instance(List.of(firstGroup)))
                .getFirst()
                .id();
        for (String namespace : List.of("tiercel", NAMESPACE)) {
            real.admin
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
        }
        // The API server rejects pods until the controller has created the default service account.
        real.admin
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("cart")
                        .endMetadata()
                        .build())
                .create();
        Path role = Path.of(System.getProperty("tiercel.root"), "infra", "kubernetes", "respond-role.yaml");
        try (InputStream file = Files.newInputStream(role)) {
            real.admin.load(file).createOrReplace();
        }
        client = real.as("tiercel", "tiercel-respond");
        isolate = new IsolatePod(new KubernetesApiClient(client), new Ec2BranchInterfaces(ec2));
    }

    @AfterAll
    static void stop() throws Exception {
        if (client != null) {
            client.close();
        }
        if (real != null) {
            real.close();
        }
        if (moto != null) {
            moto.close();
        }
    }

    private static String branch(List<String> groups) {
        return account.networkInterface(
                groups, Map.of(TRUNK_TAG, trunk, "vpcresources.k8s.aws/vlan-id", "1", "eks:eni:owner", "eks-vpc"));
    }

    /** Returns the annotation as the VPC resource controller writes it. */
    private static String annotation(String networkInterface) {
        return "[{\"eniId\":\"" + networkInterface
                + "\",\"ifAddress\":\"06:a5:e4:3b:1d:77\",\"privateIp\":\"10.0.1.9\",\"vlanId\":1,\"subnetCidr\":\"10.0.1.0/24\"}]";
    }

    private static void pod(String name, String podEni) {
        real.admin
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(name)
                        .addToLabels("app", "cart")
                        .addToAnnotations(ANNOTATION, podEni)
                        .endMetadata()
                        .withNewSpec()
                        .withServiceAccountName("cart")
                        .addNewContainer()
                        .withName("main")
                        .withImage("none:local")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    /** Sets the pod IP in the status, which only the kubelet may write. */
    private static void setPodIp(String name, String networkInterface) {
        String address =
                ec2.networkInterface(networkInterface).orElseThrow().addresses().getFirst();
        // The scheduler writes the new pod at the same time.
        await().atMost(CONFLICTS_END)
                .ignoreExceptionsMatching(Ec2BranchInterfacesTest::isConflict)
                .until(() -> {
                    real.admin
                            .pods()
                            .inNamespace(NAMESPACE)
                            .withName(name)
                            .editStatus(pod -> new PodBuilder(pod)
                                    .editOrNewStatus()
                                    .withPodIP(address)
                                    .withPodIPs(
                                            new PodIPBuilder().withIp(address).build())
                                    .endStatus()
                                    .build());
                    return true;
                });
    }

    private static boolean isConflict(Throwable failure) {
        return failure instanceof KubernetesClientException refused
                && refused.getCode() == HttpURLConnection.HTTP_CONFLICT;
    }

    private static Pod currentPod(String name) {
        return real.admin.pods().inNamespace(NAMESPACE).withName(name).get();
    }

    private static ActionContext context(String pod, String step) {
        return new ActionContext(
                "4f2a",
                step,
                Target.pod(NAMESPACE, pod),
                ActionParameters.withDefaults(ActionKind.ISOLATE_POD, Map.of("cut_tracked", "always")),
                "{}",
                null,
                new AuditedCalls() {
                    @Override
                    public <T> T call(String description, Supplier<T> call) {
                        return call.get();
                    }
                },
                Deadline.after(Duration.ofMinutes(1), InstantSource.system()),
                _ -> null,
                false);
    }

    private static List<String> otherNotes(ActionResult result) {
        assertEquals(ActionResult.Status.PARTIAL, result.status(), result.toString());
        return result.notes().stream()
                .filter(note -> !note.contains(MISSING_PLUGIN_NOTE))
                .toList();
    }

    @Test
    void the_interface_of_an_isolated_pod_is_quarantined_and_restored() {
        String branch = branch(List.of(firstGroup, secondGroup));
        String sibling = branch(List.of(firstGroup));
        pod("cart-1", annotation(branch));
        setPodIp("cart-1", branch);
        Map<String, List<String>> groups = account.groups();
        Map<String, String> annotations = currentPod("cart-1").getMetadata().getAnnotations();
        ActionContext context = context("cart-1", "4f2a-0");

        String preview = String.join("\n", isolate.preview(context));
        assertTrue(preview.contains(branch + ": ModifyNetworkInterfaceAttribute would succeed"), preview);
        assertFalse(preview.contains(sibling), preview);
        assertEquals(groups, account.groups(), "dry runs change nothing");

        SoleHolder captured = SoleHolder.of(isolate.capture(context));
        for (int attempt = 0; attempt < 2; attempt++) {
            account.calls.clear();
            ActionResult result = isolate.apply(context, captured);
            assertEquals(
                    List.of(
                            "1 of 1 passed through tiercel-untrack, which ended the tracking of their open connections"),
                    otherNotes(result));
            assertEquals(
                    attempt == 0 ? 2 : 0,
                    account.calls.stream()
                            .filter("ModifyNetworkInterfaceAttribute"::equals)
                            .count(),
                    "the first attempt changes the groups twice, and the second attempt changes nothing");
        }
        String quarantineGroup = ec2.securityGroup(account.vpc, "tiercel-quarantine")
                .orElseThrow()
                .id();
        Map<String, List<String>> isolated = new TreeMap<>(groups);
        isolated.put(branch, List.of(quarantineGroup));
        assertEquals(isolated, account.groups(), "other interfaces keep their groups");
        assertEquals(List.of(), ec2.securityGroupRules(quarantineGroup));
        assertEquals(
                currentPod("cart-1").getMetadata().getUid(),
                currentPod("cart-1").getMetadata().getLabels().get(IsolatePod.ISOLATED_LABEL));

        for (int attempt = 0; attempt < 2; attempt++) {
            assertEquals(
                    ActionResult.Status.DONE, isolate.release(context, captured).status());
            assertEquals(groups, account.groups());
            assertEquals(
                    Map.of("app", "cart"), currentPod("cart-1").getMetadata().getLabels());
            assertEquals(annotations, currentPod("cart-1").getMetadata().getAnnotations());
        }
    }

    @Test
    void an_interface_that_was_changed_externally_is_not_restored() {
        String branch = branch(List.of(firstGroup));
        pod("cart-2", annotation(branch));
        setPodIp("cart-2", branch);
        ActionContext context = context("cart-2", "4f2b-0");
        SoleHolder captured = SoleHolder.of(isolate.capture(context));
        isolate.apply(context, captured);
        ec2.write(new Ec2Api.Write.SetSecurityGroups(branch, List.of(secondGroup)));
        ActionResult released = isolate.release(context, captured);
        assertEquals(ActionResult.Status.PARTIAL, released.status());
        assertTrue(released.notes().getFirst().contains(branch), released.toString());
        assertEquals(List.of(secondGroup), account.groups().get(branch));
    }

    @Test
    void an_annotation_with_another_type_of_interface_changes_nothing() {
        Map<String, List<String>> groups = account.groups();
        pod("cart-3", annotation(trunk));
        ActionContext context = context("cart-3", "4f2c-0");
        isolate.apply(context, SoleHolder.of(isolate.capture(context)));
        assertEquals(groups, account.groups());
    }

    @Test
    void an_annotation_with_the_interface_of_another_pod_changes_nothing() {
        String podInterface = branch(List.of(firstGroup));
        String otherPodInterface = branch(List.of(secondGroup));
        pod("cart-5", annotation(otherPodInterface));
        setPodIp("cart-5", podInterface);
        Map<String, List<String>> groups = account.groups();
        ActionContext context = context("cart-5", "4f2e-0");
        ActionResult result = isolate.apply(context, SoleHolder.of(isolate.capture(context)));
        assertEquals(groups, account.groups());
        assertTrue(
                otherNotes(result).stream()
                        .anyMatch(note ->
                                note.contains(otherPodInterface) && note.contains("do not have the pod's address")),
                result.toString());
    }

    @Test
    void an_invalid_annotation_does_not_prevent_isolation() {
        pod("cart-4", "not [JSON");
        ActionContext context = context("cart-4", "4f2d-0");
        SoleHolder captured = SoleHolder.of(isolate.capture(context));
        ActionResult result = isolate.apply(context, captured);
        assertEquals(
                currentPod("cart-4").getMetadata().getUid(),
                currentPod("cart-4").getMetadata().getLabels().get(IsolatePod.ISOLATED_LABEL));
        assertTrue(
                otherNotes(result).stream()
                        .anyMatch(note -> note.contains("the branch interfaces in the annotation")
                                && note.contains("are not isolated")),
                result.toString());
        assertEquals(
                ActionResult.Status.DONE, isolate.release(context, captured).status());
        assertEquals(Map.of("app", "cart"), currentPod("cart-4").getMetadata().getLabels());
    }
}
