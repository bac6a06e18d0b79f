package io.tiercel.functions.aws;

import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterMetadata;

/**
 * The resources of an account, as the AWS SDK lists them.
 *
 * @param queues names
 * @param tables names
 * @param functions name, runtime, processor, aliases
 * @param roles name, inline policies
 * @param logGroups name, retention
 * @param schedules name, schedule expression
 * @param parameters names
 * @param keys descriptions of enabled keys
 */
record Inventory(
        List<String> queues,
        List<String> tables,
        List<String> functions,
        List<String> roles,
        List<String> logGroups,
        List<String> schedules,
        List<String> parameters,
        List<String> keys) {
    static final Inventory EMPTY =
            new Inventory(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    static Inventory of(Moto moto) {
        return new Inventory(
                queues(moto),
                tables(moto),
                functions(moto),
                roles(moto),
                logGroups(moto),
                schedules(moto),
                parameters(moto),
                keys(moto));
    }

    private static <B extends AwsSyncClientBuilder<B, ?> & AwsClientBuilder<B, C>, C> C client(Moto moto, B builder) {
        return moto.configure(builder.httpClient(UrlConnectionHttpClient.create()))
                .build();
    }

    private static List<String> sorted(Stream<String> names) {
        return names.sorted().toList();
    }

    private static List<String> queues(Moto moto) {
        try (SqsClient client = moto.sqs()) {
            return sorted(client.listQueues().queueUrls().stream().map(url -> url.substring(url.lastIndexOf('/') + 1)));
        }
    }

    private static List<String> tables(Moto moto) {
        try (DynamoDbClient client = moto.dynamoDb()) {
            return sorted(client.listTables().tableNames().stream());
        }
    }

    private static List<String> functions(Moto moto) {
        try (LambdaClient client = client(moto, LambdaClient.builder())) {
            return sorted(client.listFunctions().functions().stream()
                    .map(function -> function.functionName() + " " + function.runtimeAsString() + " "
                            + function.architecturesAsStrings() + " " + aliases(client, function.functionName())));
        }
    }

    private static String aliases(LambdaClient client, String function) {
        return String.join(
                ", ",
                client.listAliases(list -> list.functionName(function)).aliases().stream()
                        .map(AliasConfiguration::name)
                        .toList());
    }

    private static List<String> roles(Moto moto) {
        try (IamClient client = client(moto, IamClient.builder())) {
            return sorted(client.listRoles().roles().stream()
                    .map(role -> role.roleName() + " "
                            + sorted(
                                    client
                                            .listRolePolicies(list -> list.roleName(role.roleName()))
                                            .policyNames()
                                            .stream())));
        }
    }

    private static List<String> logGroups(Moto moto) {
        try (CloudWatchLogsClient client = client(moto, CloudWatchLogsClient.builder())) {
            return sorted(client.describeLogGroups().logGroups().stream()
                    .map(group -> group.logGroupName() + " " + group.retentionInDays() + " days"));
        }
    }

    private static List<String> schedules(Moto moto) {
        try (SchedulerClient client = client(moto, SchedulerClient.builder())) {
            return sorted(client.listSchedules(list -> list.maxResults(100)).schedules().stream()
                    .map(schedule -> schedule.name() + " "
                            + client.getSchedule(get -> get.name(schedule.name()))
                                    .scheduleExpression()));
        }
    }

    private static List<String> parameters(Moto moto) {
        try (SsmClient client = client(moto, SsmClient.builder())) {
            return sorted(client.describeParameters().parameters().stream().map(ParameterMetadata::name));
        }
    }

    private static List<String> keys(Moto moto) {
        try (KmsClient client = client(moto, KmsClient.builder())) {
            return sorted(client.listKeys().keys().stream()
                    .map(key -> client.describeKey(describe -> describe.keyId(key.keyId()))
                            .keyMetadata())
                    .filter(key -> key.keyState() != KeyState.PENDING_DELETION)
                    .map(KeyMetadata::description));
        }
    }
}
