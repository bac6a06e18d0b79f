package io.tiercel.functions.aws;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.aws.dynamodb.DynamoDbStateStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.cloud.AutoScalingClient;
import io.tiercel.functions.cloud.Ec2Client;
import io.tiercel.functions.cloud.EksAccess;
import io.tiercel.functions.cloud.EksPodIdentity;
import io.tiercel.functions.cloud.IamClient;
import io.tiercel.functions.cloud.LambdaReceiver;
import io.tiercel.functions.cloud.LoadBalancingClient;
import io.tiercel.functions.cloud.S3EvidenceStore;
import io.tiercel.functions.cloud.SignedHttpClient;
import io.tiercel.functions.cloud.SsmClient;
import io.tiercel.functions.config.ExternalSystem;
import io.tiercel.functions.enrich.TargetLookup;
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
import io.tiercel.functions.respond.iam.PodIdentityApi;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.respond.plan.ActionHandlers;
import io.tiercel.functions.respond.plan.PlanStore;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.RunLimits;
import io.tiercel.functions.respond.policy.Policies;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Creates the responder from the settings. Only the respond function has {@code TIERCEL_ACTIONS} and the permissions
 * for it.
 */
final class ResponseFactory {
    private static final String S3_SCHEME = "s3://";

    private final FunctionSettings settings;
    private final SdkHttpClient client;
    private final Function<String, String> secrets;
    private final TargetLookup targets;
    private final InstantSource clock;
    private final Policies policies;

    ResponseFactory(
            FunctionSettings settings,
            ConfigurationFiles files,
            SdkHttpClient client,
            Function<String, String> secrets,
            TargetLookup targets,
            InstantSource clock) {
        this.settings = settings;
        this.client = client;
        this.secrets = secrets;
        this.targets = targets;
        this.clock = clock;
        this.policies = files.read("TIERCEL_RESPONSES", settings.responses(), Policies::parse)
                .orElseGet(Policies::defaults);
    }

    PlannedResponder responder(
            IncidentTable table,
            IncidentStore incidents,
            AuditLog audit,
            ResponseRequestPublisher responseRequests,
            IncidentEventPublisher incidentEvents) {
        Set<ExternalSystem> enabled =
                ExternalSystem.parse("TIERCEL_ACTIONS", settings.actions().orElse(""));
        Optional<String> killSwitch = settings.killSwitch();
        SignedHttpClient http =
                enabled.isEmpty() && killSwitch.isEmpty() ? null : SignedHttpClient.fromEnvironment(client);
        return new PlannedResponder(
                () -> policies,
                new IncidentPlanContext(incidents, new AffectedTargets(new DynamoDbStateStore(table))),
                targets,
                new DynamoDbStateStore(table),
                (http == null ? new ActionHandlers() : actionHandlers(enabled, http)).all(),
                http == null
                        ? KillSwitch.NONE
                        : killSwitch.map(new SsmClient(http)::killSwitch).orElse(KillSwitch.NONE),
                audit,
                new PlannedResponder.PlanListener() {
                    @Override
                    public void responseRequested(String incidentId) {
                        responseRequests.publish(incidentId, "again-" + clock.millis());
                    }

                    @Override
                    public void planChanged(String incidentId) {
                        incidentEvents.publish(incidentId);
                    }
                },
                clock,
                RunLimits.SERVER);
    }

    private ActionHandlers actionHandlers(Set<ExternalSystem> enabled, SignedHttpClient http) {
        ActionHandlers handlers = new ActionHandlers().webhooks(new ResponseWebhook(secrets, clock));
        BranchInterfaces branches = BranchInterfaces.NONE;
        if (enabled.contains(ExternalSystem.AWS)) {
            Ec2Api ec2 = new Ec2Client(http);
            branches = new Ec2BranchInterfaces(ec2);
            handlers.aws(
                            ec2,
                            new AutoScalingClient(http),
                            new LoadBalancingClient(http),
                            evidenceStore(http),
                            new IamClient(http),
                            settings.eksCluster()
                                    .<PodIdentityApi>map(cluster -> new EksPodIdentity(http, cluster))
                                    .orElse(PodIdentityApi.NONE),
                            clock)
                    .functions(new LambdaReceiver(http));
        }
        if (enabled.contains(ExternalSystem.KUBERNETES)) {
            String cluster = settings.eksCluster()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "TIERCEL_ACTIONS contains kubernetes: set TIERCEL_EKS_CLUSTER to the cluster's name"));
            handlers.kubernetes(new KubernetesApiClient(new EksClientSupplier(new EksAccess(http), cluster)), branches);
        }
        return handlers;
    }

    private EvidenceStore evidenceStore(SignedHttpClient http) {
        String location = settings.evidence().orElse("");
        if (!location.startsWith(S3_SCHEME)) {
            return (name, document) -> {
                throw ActionException.permanent(
                        "no location for evidence manifests; set TIERCEL_EVIDENCE to s3://BUCKET/PREFIX");
            };
        }
        String path = location.substring(S3_SCHEME.length());
        int slash = path.indexOf('/');
        String prefix = slash < 0 ? "" : path.substring(slash + 1);
        return new S3EvidenceStore(
                http,
                slash < 0 ? path : path.substring(0, slash),
                prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/");
    }

    /**
     * Returns the plans that notifications show: the stored plan, or a preview before the responder has handled the
     * incident.
     */
    PlanStatusProvider statusProvider(IncidentTable table) {
        PlanStore plans = new PlanStore(new DynamoDbStateStore(table));
        PlanPreview preview = new PlanPreview(new Planner(() -> policies));
        return new PlanStatusProvider(incident -> plans.plan(incident.id()).orElseGet(() -> preview.preview(incident)));
    }
}
