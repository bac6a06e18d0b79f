package io.tiercel.functions.aws;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import io.tiercel.functions.credential.IdentitySettings;
import io.tiercel.functions.incident.UrgencyClass;
import java.util.Optional;

/**
 * The settings of the functions. Each comes from the environment variable {@code TIERCEL_...} of the same name, for example
 * {@code TIERCEL_NOTIFY_QUEUE_URL}. Terraform sets for each function only what it needs.
 */
@ConfigMapping(prefix = "tiercel")
public interface FunctionSettings {
    /** Name of the DynamoDB table. Required by all functions except {@code enrich}, which has no access to it. */
    Optional<String> table();

    /** Name of the table of the audit log. Required in functions that append to it. */
    Optional<String> auditTable();

    /** Location of the anchors of the audit log, {@code s3://BUCKET/PREFIX}. Required in {@code sweep}. */
    Optional<String> auditAnchors();

    /** URL of the queue to {@code enrich} for alerts of unverified senders. Without it, {@code enrich} leaves them where they are. */
    Optional<String> enrichUnverifiedQueueUrl();

    /** URL of the queue from {@code enrich} to {@code deduplicate}. */
    Optional<String> deduplicateQueueUrl();

    /** URL of the queue for alerts of unverified senders. Default: {@link #deduplicateQueueUrl}. */
    Optional<String> deduplicateUnverifiedQueueUrl();

    /** URL of the queue to {@code respond}. */
    Optional<String> respondQueueUrl();

    /** URL of the queue for the requests of {@link UrgencyClass#VERIFIED_URGENT}. Default: {@link #respondQueueUrl}. */
    Optional<String> respondUrgentQueueUrl();

    /** URL of the queue for the requests of {@link UrgencyClass#UNVERIFIED}. Default: {@link #respondQueueUrl}. */
    Optional<String> respondUnverifiedQueueUrl();

    /** URL of the queue to {@code notify}. */
    Optional<String> notifyQueueUrl();

    /** URL of the queue for events of {@link UrgencyClass#UNVERIFIED}. Default: {@link #notifyQueueUrl}. */
    Optional<String> notifyUnverifiedQueueUrl();

    /** Timeout of the function {@code notify} in seconds. */
    @WithDefault("60")
    int notifyTimeout();

    /** Namespace of the metrics that {@code notify} writes to its log. Without it, notify writes none. */
    Optional<String> metricsNamespace();

    /** URL of the queue that keeps rejected documents. */
    Optional<String> refusedQueueUrl();

    /** Label of the cluster. */
    Optional<String> cluster();

    /** External systems that {@code enrich} queries: {@code aws}, {@code kubernetes} or {@code aws,kubernetes}. */
    Optional<String> enrichSources();

    /** External systems that {@code respond} may change: {@code aws}, {@code kubernetes} or {@code aws,kubernetes}. */
    Optional<String> actions();

    /** Timeout of the function {@code respond} in seconds. */
    @WithDefault("120")
    int respondTimeout();

    /** Name of the EKS cluster. */
    Optional<String> eksCluster();

    /** {@link IdentitySettings#ISSUER}. */
    Optional<String> identityIssuer();

    /** {@link IdentitySettings#AUDIENCE}. */
    Optional<String> identityAudience();

    /** {@link IdentitySettings#SERVICE_ACCOUNT}. */
    Optional<String> identityServiceAccount();

    /** {@link IdentitySettings#KEYS}. */
    Optional<String> identityKeys();

    /** Location of the certificates of {@link IdentitySettings#EC2_CERTIFICATES}, see {@link ConfigurationFiles}. */
    @WithName("identity-ec2-certificates")
    Optional<String> identityEc2Certificates();

    /** {@link IdentitySettings#EC2_ACCOUNTS}. */
    @WithName("identity-ec2-accounts")
    Optional<String> identityEc2Accounts();

    /** {@link IdentitySettings#REQUIRED}. */
    Optional<String> identityRequired();

    /** Name of the Systems Manager parameter that stops all responses unless its value is {@code off}. */
    Optional<String> killSwitch();

    /** Location of evidence manifests, {@code s3://BUCKET/PREFIX}. */
    Optional<String> evidence();

    /** Name or ARN of the secret with the URL of a Slack webhook. */
    Optional<String> slackSecret();

    /** Location of the incident rules, see {@link ConfigurationFiles}. */
    Optional<String> incidents();

    /** Location of the settings of data protection, see {@link ConfigurationFiles}. */
    Optional<String> privacy();

    /** Location of the enrichment file, see {@link ConfigurationFiles}. */
    Optional<String> enrichment();

    /** Location of the response policies, see {@link ConfigurationFiles}. */
    Optional<String> responses();

    /** Location of the notification file, see {@link ConfigurationFiles}. */
    Optional<String> notifications();
}
