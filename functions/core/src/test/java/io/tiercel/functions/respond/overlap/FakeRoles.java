package io.tiercel.functions.respond.overlap;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.iam.IamApi;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One IAM role, which all instances have. */
final class FakeRoles implements IamApi {
    static final String PROFILE = "arn:aws:iam::123456789012:instance-profile/web";

    private static final String ROLE = "web";

    final Map<String, String> policies = new TreeMap<>(Map.of("own", "{\"Version\":\"2012-10-17\"}"));

    @Override
    public Optional<Role> role(String name) {
        return name.equals(ROLE)
                ? Optional.of(new Role(ROLE, "/", "arn:aws:iam::123456789012:role/web", "{}"))
                : Optional.empty();
    }

    @Override
    public Optional<String> roleOfProfile(String profileArn) {
        return profileArn.equals(PROFILE) ? Optional.of(ROLE) : Optional.empty();
    }

    @Override
    public Map<String, String> inlinePolicies(String role) {
        return Map.copyOf(policies);
    }

    @Override
    public void write(Write write) {
        switch (write) {
            case Write.PutRolePolicy put -> policies.put(put.name(), put.document());
            case Write.DeleteRolePolicy delete -> {
                if (policies.remove(delete.name()) == null) {
                    throw ActionException.notFound("NoSuchEntity");
                }
            }
        }
    }
}
