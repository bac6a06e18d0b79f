package io.tiercel.functions.cloud;

import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.iam.IamApi;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.ListRolePoliciesResponse;

/** IAM. */
public final class AwsIamApi implements IamApi {
    private final IamClient api;

    public AwsIamApi(AwsConnection connection) {
        this.api = connection.client(IamClient.builder());
    }

    @Override
    public Optional<Role> role(String name) {
        try {
            software.amazon.awssdk.services.iam.model.Role role = AwsConnection.call(
                            "GetRole", () -> api.getRole(get -> get.roleName(name)))
                    .role();
            String trustPolicy = role.assumeRolePolicyDocument();
            return Optional.of(new Role(
                    role.roleName(),
                    role.path(),
                    role.arn(),
                    trustPolicy == null || trustPolicy.isBlank() ? "{}" : decode(trustPolicy)));
        } catch (ActionException e) {
            if (e.kind() == ActionException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public Optional<String> roleOfProfile(String profileArn) {
        String profile = profileArn.substring(profileArn.lastIndexOf('/') + 1);
        return AwsConnection.call(
                        "GetInstanceProfile", () -> api.getInstanceProfile(get -> get.instanceProfileName(profile)))
                .instanceProfile()
                .roles()
                .stream()
                .map(software.amazon.awssdk.services.iam.model.Role::roleName)
                .findFirst();
    }

    @Override
    public Map<String, String> inlinePolicies(String role) {
        Map<String, String> policies = new TreeMap<>();
        for (String name : Pages.items(
                "ListRolePolicies",
                api.listRolePoliciesPaginator(list -> list.roleName(role)),
                ListRolePoliciesResponse::policyNames)) {
            String document = AwsConnection.call(
                            "GetRolePolicy",
                            () -> api.getRolePolicy(get -> get.roleName(role).policyName(name)))
                    .policyDocument();
            policies.put(name, decode(document));
        }
        return policies;
    }

    /** Decodes a policy document. IAM encodes spaces as {@code %20}, so a plus sign is itself. */
    private static String decode(String document) {
        return URLDecoder.decode(document.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public void write(Write write) {
        switch (write) {
            case Write.PutRolePolicy(String role, String name, String document) ->
                AwsConnection.call(
                        "PutRolePolicy",
                        () -> api.putRolePolicy(
                                put -> put.roleName(role).policyName(name).policyDocument(document)));
            case Write.DeleteRolePolicy(String role, String name) ->
                AwsConnection.call(
                        "DeleteRolePolicy",
                        () -> api.deleteRolePolicy(
                                delete -> delete.roleName(role).policyName(name)));
        }
    }
}
