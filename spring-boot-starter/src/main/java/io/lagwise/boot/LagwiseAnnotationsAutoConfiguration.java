package io.lagwise.boot;

import io.lagwise.LagIgnore;
import io.lagwise.UseWriter;
import org.springframework.aop.Advisor;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.type.AnnotationMetadata;

/** Makes {@link LagIgnore} and {@link UseWriter} work on beans and repositories. */
@AutoConfiguration(after = LagwiseAutoConfiguration.class)
@ConditionalOnBean(RoutingPostProcessor.class)
@Import(LagwiseAnnotationsAutoConfiguration.ProxyCreator.class)
public final class LagwiseAnnotationsAutoConfiguration {
    /** What is flushed at commit is hinted too. */
    private static final int OUTSIDE_TRANSACTIONS = Ordered.HIGHEST_PRECEDENCE + 1000;

    /** Called by Spring. */
    LagwiseAnnotationsAutoConfiguration() {}

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static Advisor lagwiseHintAdvisor() {
        HintAnnotations annotations = new HintAnnotations();
        DefaultPointcutAdvisor advisor =
                new DefaultPointcutAdvisor(new HintPointcut(annotations), new HintInterceptor(annotations));
        advisor.setOrder(OUTSIDE_TRANSACTIONS);
        return advisor;
    }

    /** Applications without transactions or other advice have no proxy creator yet. */
    static final class ProxyCreator implements ImportBeanDefinitionRegistrar {
        @Override
        public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
            AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
        }
    }
}
