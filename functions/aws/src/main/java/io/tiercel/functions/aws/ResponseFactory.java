package io.tiercel.functions.aws;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.aws.dynamodb.DynamoDbStateStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.cloud.AutoScalingClient;
import io.tiercel.functions.cloud.Ec2Client;
import io.tiercel.functions.cloud.EksAccess;
import io.tiercel.functions.cloud.IamClient;
import io.tiercel.functions.cloud.LambdaReceiver;
import io.tiercel.functions.cloud.LoadBalancingClient;
import io.tiercel.functions.cloud.S3EvidenceStore;
import io.tiercel.functions.cloud.SignedHttpClient;
import io.tiercel.functions.cloud.SsmClient;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.kubernetes.KubernetesApiClient;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.notification.PlanStatusProvider;
import io.tiercel.functions.notify.webhook.ResponseWebhook;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.planning.IncidentPlanContext;
import io.tiercel.functions.planning.PlanPreview;
import io.tiercel.functions.respond.Planner;
import io.tiercel.functions.respond.ResponseRequestPublisher;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.Ec2BranchInterfaces;
import io.tiercel.functions.respond.ec2.EvidenceStore;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.respond.plan.ActionHandlers;
import io.tiercel.functions.respond.plan.PlanStore;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.policy.Policies;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * The responder of the functions. {@code TIERCEL_RESPONSES} names the file of policies; {@code TIERCEL_ACTIONS}
 * says what may be acted on, any of {@code aws} and {@code kubernetes}: set for the respond function alone, which has the rights.
 * {@code TIERCEL_EKS_CLUSTER} is the cluster, {@code TIERCEL_KILL_SWITCH} the parameter of Systems Manager that stops everything
 * unless it says {@code off}, {@code TIERCEL_EVIDENCE} the place of manifests, {@code s3://BUCKET/PREFIX}.
 */
final class ResponseFactory {
    private static final Set<String> ACTIONS = Set.of("aws", "kubernetes");
    private static final String BUCKET = "s3://";

    private final Config config;
    private final SdkHttpClient client;
    private final Function<String, String> secrets;
    private final InstantSource clock;
    private final Policies policies;

    ResponseFactory(
            Config config,
            ConfigurationFiles files,
            SdkHttpClient client,
            Function<String, String> secrets,
            InstantSource clock) {
        this.config = config;
        this.client = client;
        this.secrets = secrets;
        this.clock = clock;
        this.policies = files.read("TIERCEL_RESPONSES", setting("tiercel.responses"), Policies::parse)
                .orElseGet(Policies::defaults);
    }

    private Optional<String> setting(String key) {
        return config.getOptionalValue(key, String.class);
    }

    PlannedResponder responder(
            IncidentTable table,
            IncidentStore incidents,
            AuditLog audit,
            ResponseRequestPublisher again,
            IncidentEventPublisher changed) {
        Set<String> actions = Arrays.stream(
                        setting("tiercel.actions").orElse("").split(",", -1))
                .map(String::strip)
                .filter(action -> !action.isEmpty())
                .collect(Collectors.toSet());
        if (!ACTIONS.containsAll(actions)) {
            throw new IllegalArgumentException("TIERCEL_ACTIONS is aws, kubernetes or aws,kubernetes, not " + actions);
        }
        Optional<String> killSwitch = setting("tiercel.kill-switch");
        SignedHttpClient http =
                actions.isEmpty() && killSwitch.isEmpty() ? null : SignedHttpClient.fromEnvironment(client);
        return new PlannedResponder(
                () -> policies,
                new IncidentPlanContext(incidents, new AffectedTargets(new DynamoDbStateStore(table))),
                new DynamoDbStateStore(table),
                (http == null ? new ActionHandlers() : remedies(actions, http)).all(),
                http == null
                        ? KillSwitch.NONE
                        : killSwitch.map(new SsmClient(http)::killSwitch).orElse(KillSwitch.NONE),
                audit,
                new PlannedResponder.PlanListener() {
                    @Override
                    public void responseRequested(String incidentId) {
                        again.publish(incidentId, "again-" + clock.millis());
                    }

                    @Override
                    public void planChanged(String incidentId) {
                        changed.publish(incidentId);
                    }
                },
                clock);
    }

    private ActionHandlers remedies(Set<String> actions, SignedHttpClient http) {
        ActionHandlers remedies = new ActionHandlers().webhooks(new ResponseWebhook(secrets, clock));
        BranchInterfaces branches = BranchInterfaces.NONE;
        if (actions.contains("aws")) {
            Ec2Api ec2 = new Ec2Client(http);
            branches = new Ec2BranchInterfaces(ec2);
            remedies.aws(
                            ec2,
                            new AutoScalingClient(http),
                            new LoadBalancingClient(http),
                            evidence(http),
                            new IamClient(http),
                            clock)
                    .functions(new LambdaReceiver(http));
        }
        if (actions.contains("kubernetes")) {
            String cluster = setting("tiercel.eks-cluster")
                    .orElseThrow(() -> new IllegalArgumentException(
                            "TIERCEL_ACTIONS names kubernetes: name the cluster with TIERCEL_EKS_CLUSTER"));
            remedies.kubernetes(new KubernetesApiClient(new EksClientSupplier(new EksAccess(http), cluster)), branches);
        }
        return remedies;
    }

    private EvidenceStore evidence(SignedHttpClient http) {
        String place = setting("tiercel.evidence").orElse("");
        if (!place.startsWith(BUCKET)) {
            return (name, document) -> {
                throw ActionException.permanent("no place for manifests: set TIERCEL_EVIDENCE to s3://BUCKET/PREFIX");
            };
        }
        String path = place.substring(BUCKET.length());
        int slash = path.indexOf('/');
        String prefix = slash < 0 ? "" : path.substring(slash + 1);
        return new S3EvidenceStore(
                http,
                slash < 0 ? path : path.substring(0, slash),
                prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/");
    }

    /** What people are told: the plan as it stands, or as it is foreseen before the responder has looked at the incident. */
    PlanStatusProvider board(IncidentTable table) {
        PlanStore plans = new PlanStore(new DynamoDbStateStore(table));
        PlanPreview foreseen = new PlanPreview(new Planner(() -> policies));
        return new PlanStatusProvider(incident -> plans.plan(incident.id()).orElseGet(() -> foreseen.of(incident)));
    }
}
