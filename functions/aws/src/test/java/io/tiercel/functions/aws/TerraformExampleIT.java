package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.aws.permissions.IamPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applies the complete example to a local AWS emulator. */
@Tag("packaged")
class TerraformExampleIT {
    @TempDir
    Path folder;

    @AfterEach
    void removeLinks() throws Exception {
        TerraformCopy.removeLinks(folder);
    }

    @Test
    void theCompleteExampleAppliesAndTheChartAcceptsItsValues() throws Exception {
        TerraformCopy copy = TerraformCopy.withPlaceholders(folder).initialized("examples/complete");
        try (Moto moto = Moto.startOrSkip()) {
            Map<String, String> environment = moto.environment();
            // Without this, AWS would reject the deletion of the tables and of a bucket with evidence.
            copy.variables(TerraformCopy.JSON.createObjectNode().put("deletion_protection", false));
            copy.apply(environment);
            Inventory inventory = Inventory.of(moto);
            assertTrue(
                    inventory
                            .roles()
                            .containsAll(List.of(
                                    "tiercel-complete-respond [actions, respond]", "tiercel-complete-sensor [sensor]")),
                    inventory.toString());
            assertTrue(
                    inventory.functions().contains("tiercel-complete-interact java25 [arm64] live"),
                    inventory.toString());
            assertEquals(
                    List.of(
                            "/tiercel/tiercel-complete/incidents",
                            "/tiercel/tiercel-complete/kill-switch",
                            "/tiercel/tiercel-complete/responses"),
                    inventory.parameters());
            JsonNode state = copy.state(environment);
            assertOnlyUsedAttributesCanBeChanged(state);
            JsonNode outputs = state.at("/values/outputs");
            assertChartAccepts(outputs.at("/helm_values/value").asText());
            assertTrue(outputs.at("/interact_url/value").asText().startsWith("https://"), outputs.toString());
            copy.destroy(environment);
            assertEquals(Inventory.EMPTY, Inventory.of(moto));
        }
    }

    private static void assertOnlyUsedAttributesCanBeChanged(JsonNode state) throws Exception {
        IamPolicy policy = IamPolicy.parse(TerraformCopy.JSON.readTree(TerraformCopy.values(
                        state.at("/values/root_module"),
                        "module.tiercel.module.pipeline.aws_iam_role_policy.actions[0]")
                .path("policy")
                .asText()));
        for (String attribute : List.of("disableApiTermination", "disableApiStop", "blockDeviceMapping")) {
            assertTrue(changes(policy, attribute), attribute);
        }
        for (String attribute : List.of("UserData", "userData", "instanceType", "sourceDestCheck", "groupSet")) {
            assertFalse(changes(policy, attribute), attribute);
        }
        assertTrue(snapshots(policy, "ec2:CreateSnapshots", "instance/i-0123456789abcdef0", "owned"));
        assertFalse(snapshots(policy, "ec2:CreateSnapshots", "instance/i-0123456789abcdef0", "shared"));
        assertTrue(snapshots(policy, "ec2:CreateSnapshots", "volume/vol-0123456789abcdef0", ""));
        assertFalse(snapshots(policy, "ec2:CreateSnapshot", "volume/vol-0123456789abcdef0", ""));
    }

    /** @param cluster value of the cluster's tag; a volume lacks it */
    private static boolean snapshots(IamPolicy policy, String action, String resource, String cluster) {
        return policy.allows(
                action,
                "arn:aws:ec2:eu-west-1:123456789012:" + resource,
                Map.of(
                        "aws:RequestedRegion",
                        Set.of("eu-west-1"),
                        "aws:ResourceTag/kubernetes.io/cluster/prod",
                        cluster.isEmpty() ? Set.of() : Set.of(cluster)));
    }

    private static boolean changes(IamPolicy policy, String attribute) {
        return policy.allows(
                "ec2:ModifyInstanceAttribute",
                "arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0",
                Map.of(
                        "aws:RequestedRegion",
                        Set.of("eu-west-1"),
                        "aws:ResourceTag/kubernetes.io/cluster/prod",
                        Set.of("owned"),
                        "ec2:Attribute",
                        Set.of(attribute),
                        "ec2:Attribute/" + attribute,
                        Set.of("x")));
    }

    private void assertChartAccepts(String values) throws Exception {
        Tool helm = Tool.oneOf("helm");
        // AWS queues always use TLS, and the chart requires it.
        Path file = Files.writeString(folder.resolve("values.yaml"), values.replace("http://", "https://"));
        String manifests = helm.run(
                        Path.of(System.getProperty("tiercel.root"), "infra", "helm", "tiercel"),
                        Map.of(),
                        "template",
                        "watch",
                        ".",
                        "--kube-version",
                        "1.34.0",
                        "-f",
                        file.toString())
                .succeeded();
        for (String expected : List.of("tiercel-complete-alerts", "name: tiercel-sensor", "name: tiercel-respond")) {
            assertTrue(manifests.contains(expected), expected + " is not in " + manifests);
        }
        assertFalse(manifests.contains("deployments/scale"), "k8s:scale is not enabled: " + manifests);
    }
}
