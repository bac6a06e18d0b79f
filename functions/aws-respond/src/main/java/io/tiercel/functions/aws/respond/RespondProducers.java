package io.tiercel.functions.aws.respond;

import io.tiercel.functions.aws.AvailableActions;
import io.tiercel.functions.aws.EksClientSupplier;
import io.tiercel.functions.aws.FunctionSettings;
import io.tiercel.functions.cloud.AwsAutoScalingApi;
import io.tiercel.functions.cloud.AwsEc2Api;
import io.tiercel.functions.cloud.AwsIamApi;
import io.tiercel.functions.cloud.AwsLoadBalancingApi;
import io.tiercel.functions.cloud.AwsPodIdentityApi;
import io.tiercel.functions.cloud.LambdaReceiver;
import io.tiercel.functions.config.ExternalSystem;
import io.tiercel.functions.kubernetes.KubernetesApiClient;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.lookup.EksClusterAccess;
import io.tiercel.functions.notify.webhook.ResponseWebhook;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.Ec2BranchInterfaces;
import io.tiercel.functions.respond.iam.PodIdentityApi;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.respond.plan.ActionHandlers;
import io.tiercel.functions.secret.SecretResolver;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Set;

/** CDI producer of the actions that {@code TIERCEL_ACTIONS} enables. */
@Singleton
final class RespondProducers {
    private final InstantSource clock = InstantSource.system();
    private final FunctionSettings settings;

    @Inject
    RespondProducers(FunctionSettings settings) {
        this.settings = settings;
    }

    @Produces
    @Singleton
    AvailableActions actions(SecretResolver secrets, Instance<AwsConnection> connection) {
        Set<ExternalSystem> enabled =
                ExternalSystem.parse("TIERCEL_ACTIONS", settings.actions().orElse(""));
        ActionHandlers handlers = new ActionHandlers()
                .webhooks(new ResponseWebhook(name -> secrets.resolve(name).value(), clock));
        BranchInterfaces branches = BranchInterfaces.NONE;
        if (enabled.contains(ExternalSystem.AWS)) {
            branches = addAws(handlers, connection.get());
        }
        if (enabled.contains(ExternalSystem.KUBERNETES)) {
            String cluster = settings.eksCluster()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "TIERCEL_ACTIONS contains kubernetes: set TIERCEL_EKS_CLUSTER to the cluster's name"));
            handlers.kubernetes(
                    new KubernetesApiClient(new EksClientSupplier(new EksClusterAccess(connection.get()), cluster)),
                    branches);
        }
        return handlers::all;
    }

    private BranchInterfaces addAws(ActionHandlers handlers, AwsConnection aws) {
        Ec2Api ec2 = new AwsEc2Api(aws);
        handlers.aws(
                        ec2,
                        new AwsAutoScalingApi(aws),
                        new AwsLoadBalancingApi(aws),
                        S3EvidenceStore.at(settings.evidence().orElse(""), aws),
                        new AwsIamApi(aws),
                        settings.eksCluster()
                                .<PodIdentityApi>map(cluster -> new AwsPodIdentityApi(aws, cluster))
                                .orElse(PodIdentityApi.NONE),
                        clock)
                .functions(new LambdaReceiver(aws));
        return new Ec2BranchInterfaces(ec2);
    }
}
