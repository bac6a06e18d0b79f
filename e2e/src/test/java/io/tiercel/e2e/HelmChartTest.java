package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart as Helm renders it: hardened as Kubernetes recommends, and with a configuration that the sensor accepts. */
@Tag("packaged")
class HelmChartTest {
    private static final String CHART = Chart.FOLDER;
    private static final String QUEUE = "delivery.sqs.queueUrl=https://sqs.eu-west-1.amazonaws.com/111122223333/alerts";
    private static final String SERVER = Chart.SERVER;
    private static final Path SHIPPED_SERVER_RULES = Tiercel.ROOT.resolve("rules/tests/server.rules/macro.yaml");
    private static final String TOKEN_VOLUME = """
                    - name: identity
                      projected:
                        defaultMode: 256
                        sources:
                          - serviceAccountToken:
                              path: token
                              audience: "tiercel-prod"
                              expirationSeconds: 900
            """;
    private static final Pattern VALIDATIONS = Pattern.compile("(?s)\n  validations:\n.*?(?=\n---)");
    private static final Pattern RULES = Pattern.compile("(?ms)^rules:\n.*?(?=^---|^# Source|\\z)");
    private static final Pattern CONFIG = Pattern.compile("(?m)^  tiercel.yaml: \\|\\n((?:    .*\\n)+)");
    private static final Pattern SERVER_RULES = Pattern.compile("(?m)^  server.rules.yaml: \\|\\n((?:    .*\\n)+)");
    private static final Pattern CONFIG_SUM = Pattern.compile("tiercel/config: ([0-9a-f]{64})");
    private static final Pattern FILES_SUM = Pattern.compile("tiercel/files: ([0-9a-f]{64})");

    @TempDir
    private Path folder;

    private static Tool.Result helm(String... settings) throws Exception {
        return Chart.render(settings);
    }

    private static String rendered(String... settings) throws Exception {
        Tool.Result result = helm(settings);
        assertEquals(0, result.status(), result.text());
        return result.text();
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertTrue(matcher.find(), text);
        return matcher.group(1);
    }

    @Test
    void chartPassesStrictLint() throws Exception {
        String output = Tool.onPath("helm").out("lint", "--strict", CHART);
        assertTrue(output.contains("0 chart(s) failed"), output);
    }

    /** Kubernetes before 1.30 has an annotation instead of the field. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.30.0|Unconfined|appArmorProfile: type: Unconfined",
                "1.34.0-eks-1|Unconfined|appArmorProfile: type: Unconfined",
                "1.29.9|Unconfined|container.apparmor.security.beta.kubernetes.io/sensor: unconfined",
                "1.29.9|RuntimeDefault|container.apparmor.security.beta.kubernetes.io/sensor: runtime/default",
                "1.29.9|Localhost,appArmorProfile.localhostProfile=own|container.apparmor.security.beta.kubernetes.io/sensor: localhost/own",
            })
    void sensorHasItsAppArmorProfile(String version, String type, String expected) throws Exception {
        String text = Tool.onPath("helm")
                .out("template", "watch", CHART, "--kube-version", version, "--set", "appArmorProfile.type=" + type)
                .replaceAll("\\s+", " ");
        assertTrue(text.contains(expected), text);
        assertEquals(1, text.toLowerCase(Locale.ROOT).split("apparmor", -1).length - 1, text);
    }

    /** Runs the rendered configuration through the sensor's own check. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cluster=",
                QUEUE + " delivery.sqs.region=eu-west-1 cluster=shop",
                "delivery.server=https://alerts.example.com delivery.tlsSecret=a delivery.authorizationSecret=b",
                SERVER,
                "grpc.enabled=true grpc.tlsSecret=tls networkPolicy.grpcFrom=[{\"podSelector\":{}}] grpc.allow={siem} config.rules.priority=notice config.aggregation.window_ms=0"
            })
    void sensorAcceptsTheRenderedConfiguration(String settings) throws Exception {
        String text = rendered(settings.split(" "));
        String certificates = folder.resolve("certs").toString();
        tiercel("certs", "--dir", certificates);
        Path authorization = Files.setPosixFilePermissions(
                Files.writeString(folder.resolve("authorization"), "Bearer x"),
                PosixFilePermissions.fromString("r--------"));
        String config = found(CONFIG, text)
                .replaceAll("(?m)^    ", "")
                .replace("/opt/tiercel/rules", Tiercel.ROOT + "/rules")
                .replace("/etc/tiercel/config/server.rules.yaml", SHIPPED_SERVER_RULES.toString())
                .replaceAll("/etc/tiercel/[a-z]+-tls/ca.crt", certificates + "/ca.crt")
                .replaceAll("/etc/tiercel/[a-z]+-tls/tls", certificates + "/server")
                .replace("/etc/tiercel/delivery-authorization/authorization", authorization.toString())
                .replace("/etc/tiercel/identity/token", authorization.toString())
                .replace("/etc/tiercel/metrics/token", authorization.toString());
        Path file = Files.writeString(folder.resolve("tiercel.yaml"), config);
        tiercel("config", "check", "--config", file.toString());
    }

    /** The rule tests use the rules that the chart writes about its server. Without a server it writes none. */
    @Test
    void serverIsExceptedByItsNamespaceAndImage() throws Exception {
        String digest = "sha256:" + "0".repeat(64);
        String expected = Files.readString(SHIPPED_SERVER_RULES);
        assertEquals(expected, serverRules());
        assertFalse(rendered().contains("server.rules"));
        assertFalse(rendered((SERVER + " rules.detections=false rules.configMaps={own}").split(" "))
                .contains("server.rules"));
        assertTrue(
                serverRules("server.image.digest=" + digest).contains("container.image.digest = \"" + digest + "\""));
        assertTrue(serverRules("server.image.repository=tiercel")
                .contains("(\"tiercel\", \"docker.io/library/tiercel\")"));
        assertTrue(serverRules("server.image.repository=host:5000/a/b").contains("(\"host:5000/a/b\")"));
    }

    private static String serverRules(String... settings) throws Exception {
        String text = found(SERVER_RULES, rendered(with(SERVER.split(" "), settings)));
        return text.replaceAll("(?m)^    ", "");
    }

    private static void tiercel(String... arguments) throws Exception {
        Tool.Result result =
                new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of("TIERCEL_BUILD", "no")).run(arguments);
        assertEquals(0, result.status(), result.text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metrics.port=80|/metrics/port",
                "metrics.serviceMonitor.enabled=true|networkPolicy.metricsFrom",
                "grpc.enabled=true grpc.tlsSecret=tls|networkPolicy.grpcFrom",
                SERVER + " server.replicas=2|/server/replicas",
                SERVER + " server.files.responses=[{\"policy\":\"a\"}]|/server/files/responses",
                "colour=red|colour",
                "config.grpc.listen=x|grpc",
                "delivery.server=http://plain.example.com|/delivery/server",
                "rules.files.a=x|does not match pattern",
                "extraCapabilities={SYS_ADMIN}|/extraCapabilities",
                "seLinuxOptions.typ=spc_t|/seLinuxOptions",
                "appArmorProfile.type=Localhost|localhostProfile",
                "grpc.enabled=true|grpc.tlsSecret",
                "rules.detections=false|no rules are configured",
                QUEUE + " delivery.server=https://x.example.com|not both",
                SERVER + " " + QUEUE + "|leave delivery.sqs.queueUrl",
                "server.enabled=true delivery.tlsSecret=a|server.tlsSecret",
                "server.enabled=true server.tlsSecret=a|delivery.tlsSecret",
                SERVER + " server.actions={gcp}|/server/actions",
                SERVER + " server.identity.enabled=false server.identity.required=true|server.identity.required",
                SERVER + " server.identity.ec2Accounts=[\"111122223333\"]|set both ec2Certificates and ec2Accounts",
                SERVER + " server.env.path=/|does not match pattern",
                "identity.expirationSeconds=60|/identity/expirationSeconds",
                "identity.audience=|/identity/audience",
                "serviceAccount.name=|/serviceAccount/name",
                "respond.actions={k8s:drain}|/respond/actions",
                "architectures=[]|/architectures",
                "architectures={s390x}|/architectures/0",
                "priorityClass.create=true|priorityClassName"
            })
    void invalidValuesAreRejectedByName(String settings, String named) throws Exception {
        Tool.Result result = helm(settings.split(" "));
        assertNotEquals(0, result.status());
        assertTrue(result.text().contains(named), result.text());
    }

    @Test
    void sensorHasOnlyTheRightsThatItNeeds() throws Exception {
        String text = rendered(QUEUE, "grpc.enabled=true", "grpc.tlsSecret=tls", "networkPolicy.enabled=false");
        assertTrue(text.contains("privileged: false"));
        assertTrue(text.contains("readOnlyRootFilesystem: true"));
        assertTrue(text.contains("allowPrivilegeEscalation: false"));
        assertTrue(text.contains("seccompProfile: {type: RuntimeDefault}"));
        assertTrue(text.contains("add: [\"BPF\",\"PERFMON\",\"SYS_PTRACE\",\"DAC_READ_SEARCH\",\"SYS_NICE\"]"), text);
        assertTrue(text.contains("automountServiceAccountToken: false"));
        assertFalse(text.contains("ClusterRole"), "the sensor never calls the API server");
        assertFalse(text.contains("hostNetwork"));
        Matcher mounts = Pattern.compile("\\{name: ([a-z-]+), mountPath: [^ ,]+, readOnly: true}")
                .matcher(text);
        assertEquals(
                7, mounts.results().count(), "every mount except the spool and the folder of the socket is read-only");
    }

    /** Each alternative of a configured affinity is restricted to the architectures of the image. */
    @Test
    void podsRunOnTheArchitecturesOfTheImageOnly() throws Exception {
        String both = "- key: kubernetes.io/arch\n operator: In\n values:\n - amd64\n - arm64\n";
        String text = rendered(SERVER.split(" ")).replaceAll(" +", " ");
        assertEquals(4, text.split(Pattern.quote(both), -1).length, "sensor, server and the pod of helm test: " + text);
        String terms = "{\"nodeSelectorTerms\":[{\"matchExpressions\":[{\"key\":\"pool\",\"operator\":\"Exists\"}]},"
                + "{\"matchFields\":[{\"key\":\"metadata.name\",\"operator\":\"In\",\"values\":[\"a\"]}]}]}";
        String restricted = rendered(
                        "architectures={arm64}",
                        "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution=" + terms)
                .replaceAll(" +", " ");
        String arm64 = "- key: kubernetes.io/arch\n operator: In\n values:\n - arm64\n";
        assertTrue(restricted.contains("- key: pool\n operator: Exists\n " + arm64), restricted);
        assertTrue(restricted.contains("- matchExpressions:\n " + arm64 + " matchFields:"), restricted);
        assertFalse(restricted.contains("amd64"), restricted);
    }

    /** Sensors prove their node with a token for Tiercel only. They have no token for the API server. */
    @Test
    void sensorGetsATokenForItsReceiverOnly() throws Exception {
        String text = rendered(QUEUE, "identity.audience=tiercel-prod", "identity.expirationSeconds=900");
        assertTrue(text.contains(TOKEN_VOLUME), text);
        assertTrue(text.contains("{name: identity, mountPath: /etc/tiercel/identity, readOnly: true}"), text);
        assertTrue(text.contains("    identity:\n      token_file: /etc/tiercel/identity/token\n"), text);
        assertTrue(
                text.contains("serviceAccountName: tiercel-sensor\n      automountServiceAccountToken: false"), text);
        assertFalse(rendered().contains("serviceAccountToken:"), "without a receiver there is no token");
        String disabled = rendered(QUEUE, "identity.enabled=false");
        assertFalse(disabled.contains("serviceAccountToken:") || disabled.contains("/identity/token"), disabled);
        String fixed = rendered("delivery.server=https://alerts.example.com", "delivery.authorizationSecret=fixed");
        assertFalse(fixed.contains("serviceAccountToken:"), "the Authorization header is already in use");
    }

    /** The server accepts the tokens that the chart mounts into the sensors, and verifies them with the cluster's keys. */
    @Test
    void serverVerifiesTheSensorsTokens() throws Exception {
        String[] minimal = SERVER.split(" ");
        String text = rendered(with(
                minimal,
                "identity.audience=shop",
                "serviceAccount.name=watchers",
                "server.identity.required=true",
                "server.identity.ec2Certificates=-----BEGIN CERTIFICATE-----",
                "server.identity.ec2Accounts=[\"111122223333\",\"444455556666\"]",
                "server.eksCluster=prod",
                "server.env.AWS_REGION=eu-west-1"));
        for (String setting : List.of(
                "KEYS, value: \"kubernetes\"",
                "AUDIENCE, value: \"shop\"",
                "SERVICE_ACCOUNT, value: \"tiercel/watchers\"",
                "REQUIRED, value: \"true\"",
                "CLIENT_CERTIFICATES, value: \"false\"",
                "EC2_CERTIFICATES, value: \"/etc/tiercel/files/ec2-certificates.pem\"",
                "EC2_ACCOUNTS, value: \"111122223333,444455556666\"")) {
            assertTrue(text.contains("{name: TIERCEL_IDENTITY_" + setting + "}"), setting + " is not in " + text);
        }
        assertTrue(text.contains("{name: TIERCEL_EKS_CLUSTER, value: \"prod\"}"), text);
        assertTrue(text.contains("{name: AWS_REGION, value: \"eu-west-1\"}"), text);
        assertTrue(text.contains("  ec2-certificates.pem: |\n    -----BEGIN CERTIFICATE-----\n"), text);
        assertTrue(text.contains("serviceAccountName: watchers\n"), text);
        assertTrue(text.contains("name: system:service-account-issuer-discovery\n"), text);
        assertTrue(text.contains("automountServiceAccountToken: true"), text);
        String disabled = rendered(with(minimal, "server.identity.enabled=false"));
        assertFalse(disabled.contains("TIERCEL_IDENTITY_") || disabled.contains("kind: ClusterRole"), disabled);
        assertFalse(disabled.contains("automountServiceAccountToken: true"), disabled);
    }

    /** The server reloads response policies while it runs, but not the other files. */
    @Test
    void onlyFilesReadAtStartReplaceTheServerPod() throws Exception {
        String one = rendered((SERVER + " server.files.responses=one").split(" "));
        String other = rendered((SERVER + " server.files.responses=two").split(" "));
        assertNotEquals(one, other);
        assertEquals(found(FILES_SUM, one), found(FILES_SUM, other));
        String incidents = rendered((SERVER + " server.files.responses=one server.files.incidents=x").split(" "));
        assertNotEquals(found(FILES_SUM, one), found(FILES_SUM, incidents));
    }

    /** Changed rules must not restart sensors. Other changes must. */
    @Test
    void onlySettingsReadAtStartReplaceTheSensorPods() throws Exception {
        String one = rendered("rules.files.a\\.yaml=one");
        String other = rendered("rules.files.a\\.yaml=two");
        assertNotEquals(one, other);
        assertEquals(found(CONFIG_SUM, one), found(CONFIG_SUM, other));
        assertNotEquals(found(CONFIG_SUM, one), found(CONFIG_SUM, rendered("rules.files.a\\.yaml=one", QUEUE)));
    }

    /** The roles of infra/kubernetes equal the chart's, so users may apply either. */
    @ParameterizedTest
    @ValueSource(strings = {"respond", "enrich"})
    void clusterRolesEqualThoseOfTheFiles(String function) throws Exception {
        String text = rendered(function + ".rbac.create=true");
        String file = Files.readString(Tiercel.ROOT.resolve("infra/kubernetes/" + function + "-role.yaml"));
        assertEquals(rulesOf(file), rulesOf(text));
        assertEquals(validationsOf(file), validationsOf(text));
        String group = "    kind: Group\n    name: tiercel-" + function + "\n";
        assertTrue(text.contains(group), text);
        assertTrue(file.contains(group), file);
        assertFalse(rendered().contains("ClusterRole"));
    }

    private static String validationsOf(String text) {
        Matcher validations = VALIDATIONS.matcher(text);
        return validations.find() ? validations.group() : "";
    }

    private static String rulesOf(String text) {
        Matcher rules = RULES.matcher(text);
        assertTrue(rules.find(), text);
        return rules.group().replaceAll("(?m)^ *#.*\n", "").strip();
    }

    /** Without the action that isolates pods, there is no right to create network policies. */
    @Test
    void rightsFollowTheEnabledActions() throws Exception {
        String text = rulesOf(rendered("respond.rbac.create=true", "respond.actions={k8s:cordon,k8s:label}"));
        assertEquals(
                2, Pattern.compile("verbs: \\[patch]").matcher(text).results().count(), text);
        for (String verb : List.of("create", "delete", "update")) {
            assertFalse(text.contains(verb), text);
        }
        assertFalse(rulesOf(rendered("respond.rbac.create=true", "respond.actions=null"))
                .contains("patch"));
    }

    /** The rights of the server in the cluster follow from its settings. */
    @Test
    void serverReadsFilesAndGetsTheRightsOfItsSettings() throws Exception {
        String[] minimal = SERVER.split(" ");
        assertFalse(rendered(minimal).contains("kind: ClusterRole\nmetadata"));
        String text = rendered(with(
                minimal,
                "server.actions={kubernetes}",
                "server.files.responses=- guards: {}",
                "server.channelsSecret=channels",
                "cluster=shop"));
        assertTrue(text.contains("https://watch-tiercel-server.tiercel.svc:8466"), text);
        assertTrue(text.contains("    - guards: {}\n"), text);
        assertTrue(text.contains("{name: TIERCEL_RESPONSES, value: \"/etc/tiercel/files/responses.yaml\"}"), text);
        assertTrue(text.contains("{name: TIERCEL_CLUSTER, value: \"shop\"}"), text);
        assertTrue(text.contains("  - kind: ServiceAccount\n    name: watch-tiercel-server\n"), text);
        assertTrue(text.contains("automountServiceAccountToken: true"), text);
        assertTrue(text.contains("runAsNonRoot: true"), text);
        assertTrue(text.contains("helm.sh/resource-policy: keep"), text);
        assertFalse(text.contains("kind: Group"), "rights of functions outside the cluster are not enabled");
        assertFalse(rendered(with(minimal, "server.storage.kind=emptyDir")).contains("PersistentVolumeClaim"));
    }

    private static String[] with(String[] first, String... more) {
        return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void optionalPartsAreThereWhenAskedFor() throws Exception {
        assertFalse(rendered().contains("ServiceMonitor"));
        String text = rendered(
                "priorityClass.create=true",
                "priorityClassName=tiercel",
                "metrics.serviceMonitor.enabled=true",
                "networkPolicy.metricsFrom=[{\"podSelector\":{}}]",
                "serviceAccount.annotations.eks\\.amazonaws\\.com/role-arn=arn:aws:iam::111122223333:role/tiercel-sensor",
                "rules.configMaps={team-a}");
        assertTrue(text.contains("kind: ServiceMonitor"));
        assertTrue(text.contains("kind: NetworkPolicy"));
        assertTrue(text.contains("kind: PriorityClass\nmetadata:\n  name: tiercel\n"), text);
        assertTrue(text.contains("priorityClassName: \"tiercel\""), text);
        assertTrue(text.contains("eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/tiercel-sensor"));
        assertTrue(text.contains("configMap: {name: team-a}"));
        assertTrue(text.contains("- /etc/tiercel/rules.team-a"));
    }

    /** All of infra/: nothing of medium severity or more that is not waived with its reason. */
    @Test
    void trivyFindsNothingThatIsNotWaived() throws Exception {
        Tool.Result result = Tool.onPath("trivy")
                .run(
                        "config",
                        "--skip-check-update",
                        "--ignorefile",
                        "infra/.trivyignore.yaml",
                        "--severity",
                        "MEDIUM,HIGH,CRITICAL",
                        "--exit-code",
                        "1",
                        "infra");
        assertEquals(0, result.status(), result.text());
    }
}
