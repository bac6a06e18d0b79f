package io.tiercel.functions.cloud;

import io.tiercel.functions.cloud.QueryProtocolClient.Parameters;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.iam.IamApi;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** IAM, API version 2010-05-08. */
public final class IamClient implements IamApi {
    private final QueryProtocolClient api;

    public IamClient(SignedHttpClient http) {
        this.api = new QueryProtocolClient(http, "iam", "2010-05-08", true);
    }

    @Override
    public Optional<Role> role(String name) {
        try {
            XmlElement response = api.call("GetRole", new Parameters().put("RoleName", name));
            return response.elements("GetRoleResult/Role").stream()
                    .map(role -> new Role(
                            role.requiredText("RoleName"),
                            role.text("Path").orElse("/"),
                            role.requiredText("Arn"),
                            role.text("AssumeRolePolicyDocument")
                                    .map(IamClient::decode)
                                    .orElse("{}")))
                    .findFirst();
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
        return api.call("GetInstanceProfile", new Parameters().put("InstanceProfileName", profile))
                .text("GetInstanceProfileResult/InstanceProfile/Roles/member/RoleName");
    }

    @Override
    public Map<String, String> inlinePolicies(String role) {
        Map<String, String> policies = new TreeMap<>();
        // The inline policies of a role have at most 10,240 characters in total, so one page of 1,000 names is enough.
        for (String name : api.call(
                        "ListRolePolicies",
                        new Parameters().put("RoleName", role).put("MaxItems", "1000"))
                .texts("ListRolePoliciesResult/PolicyNames/member")) {
            XmlElement policy = api.call(
                    "GetRolePolicy", new Parameters().put("RoleName", role).put("PolicyName", name));
            policies.put(name, decode(policy.requiredText("GetRolePolicyResult/PolicyDocument")));
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
                api.call("PutRolePolicy", parameters(role, name).put("PolicyDocument", document));
            case Write.DeleteRolePolicy(String role, String name) ->
                api.call("DeleteRolePolicy", parameters(role, name));
        }
    }

    private static Parameters parameters(String role, String name) {
        return new Parameters().put("RoleName", role).put("PolicyName", name);
    }
}
