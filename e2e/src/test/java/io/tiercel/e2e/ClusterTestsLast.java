package io.tiercel.e2e;

import java.util.Comparator;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;
import org.junit.jupiter.api.Tag;

/** Runs the cluster tests after all others, so that their shared node slows down no other test. */
public final class ClusterTestsLast implements ClassOrderer {
    @Override
    public void orderClasses(ClassOrdererContext context) {
        context.getClassDescriptors()
                .sort(Comparator.<ClassDescriptor, Boolean>comparing(ClusterTestsLast::usesCluster)
                        .thenComparing(test -> test.getTestClass().getName()));
    }

    private static boolean usesCluster(ClassDescriptor test) {
        return test.findAnnotation(Tag.class)
                .filter(tag -> tag.value().equals("cluster"))
                .isPresent();
    }
}
