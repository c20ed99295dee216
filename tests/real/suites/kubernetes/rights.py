"""What each ServiceAccount may do, asked of the API server's own authorizer, as `kubectl auth can-i --as` does."""

from suites.checks import expect

OPERATOR_OF_FLINK, OPERATOR_OF_SPARK = "technical-flink-operator", "technical-spark-operator"
# Verb, resource with its group and subresource.
DANGEROUS = [
    ("get", "secrets"),
    ("list", "secrets"),
    ("create", "pods/exec"),
    ("create", "pods/attach"),
    ("create", "serviceaccounts/token"),
    ("create", "roles.rbac.authorization.k8s.io"),
    ("create", "rolebindings.rbac.authorization.k8s.io"),
    ("escalate", "roles.rbac.authorization.k8s.io"),
    ("bind", "roles.rbac.authorization.k8s.io"),
    ("impersonate", "serviceaccounts"),
    ("create", "deployments.apps"),
    ("create", "pods"),
]
CLUSTER_WIDE = [
    ("create", "namespaces"),
    ("create", "clusterrolebindings.rbac.authorization.k8s.io"),
    ("escalate", "clusterroles.rbac.authorization.k8s.io"),
    ("get", "nodes"),
    ("create", "nodes/proxy"),
    ("impersonate", "users"),
]
# What an account needs: (account, namespace of the objects) to verbs and resources. Of the dangerous ones it may have these alone.
NEEDS = {
    ("flink/flink", "flink"): [("create", "pods"), ("delete", "pods"), ("create", "configmaps"), ("create", "deployments.apps")],
    ("spark/spark", "spark"): [
        ("create", "pods"), ("delete", "pods"), ("create", "services"), ("create", "configmaps"), ("create", "persistentvolumeclaims"),
    ],
    (f"{OPERATOR_OF_FLINK}/flink-operator", "flink"): [
        ("create", "deployments.apps"), ("create", "pods"), ("create", "services"), ("create", "configmaps"),
        ("update", "flinkdeployments.flink.apache.org"), ("update", "flinkdeployments.flink.apache.org/status"),
        ("update", "flinksessionjobs.flink.apache.org/status"),
    ],
    (f"{OPERATOR_OF_SPARK}/spark-operator-controller", "spark"): [
        ("create", "pods"), ("create", "services"), ("create", "configmaps"),
        ("update", "sparkapplications.sparkoperator.k8s.io/status"),
    ],
}
# Dangerous, not needed, and in the upstream chart's hands.
UPSTREAM = {
    (f"{OPERATOR_OF_FLINK}/flink-operator", "flink"): [("get", "secrets"), ("list", "secrets")],
}


def hold(platform):
    api = platform.cluster.api
    namespaces = sorted(platform.namespaces())
    accounts = [
        f"{one['metadata']['namespace']}/{one['metadata']['name']}"
        for one in api.items("/api/v1/serviceaccounts")
        if one["metadata"]["namespace"] in namespaces
    ]
    expect(len(accounts) > len(namespaces), f"no account but the default ones: {accounts}")
    lacking = [
        f"{account} may not {verb} {resource} in {place}"
        for (account, place), needs in NEEDS.items()
        for verb, resource in needs
        if place in namespaces and not may(api, account, verb, resource, place)
    ]
    dangers = [
        f"{account} may {verb} {resource} in {place}"
        for account in accounts
        for place in [*namespaces, "kube-system"]
        for verb, resource in DANGEROUS
        if (verb, resource) not in [*NEEDS.get((account, place), []), *UPSTREAM.get((account, place), [])]
        and may(api, account, verb, resource, place)
    ]
    dangers += [
        f"{account} may {verb} {resource} in the whole cluster"
        for account in accounts
        for verb, resource in CLUSTER_WIDE
        if may(api, account, verb, resource, None)
    ]
    expect(not lacking and not dangers, lambda: "\n".join([*lacking, *dangers]))


def may(api, account, verb, resource, namespace):
    place, name = account.split("/")
    plain, _, subresource = resource.partition("/")
    plural, _, group = plain.partition(".")
    attributes = {"verb": verb, "group": group, "resource": plural, "subresource": subresource}
    if namespace:
        attributes["namespace"] = namespace
    review = api.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": f"system:serviceaccount:{place}:{name}",
            "groups": ["system:serviceaccounts", f"system:serviceaccounts:{place}", "system:authenticated"],
            "resourceAttributes": attributes,
        },
    })
    return review["status"]["allowed"]
