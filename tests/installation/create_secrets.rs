//! create-secrets.sh: where values come from, what is refused, and that no value is seen.

use std::fs;
use std::process::Command;

use crate::cluster::Cluster;

const LOCAL: &str = "values/local.yaml";
const KEYS: &str = "values/aws-keys.yaml";
const SASL: &str = "tests/values/sasl.yaml";
const EXTERNAL_DATABASE: &str = "chart-templates/polaris/tests/valid/external-database.yaml";
const PULL_SECRETS: &str = "tests/values/pull-secrets.yaml";
const FOREIGN_NAMESPACES: &str = "chart-templates/namespaces/tests/valid/made-by-others.yaml";

/// Every variable of the starter aws-keys but the keys for tokens.
const VARIABLES: [(&str, &str); 11] = [
    ("AWS_ACCESS_KEY_ID", "id/of+the=store"),
    ("AWS_SECRET_ACCESS_KEY", "key/of+the=store"),
    ("FLINK_OPERATOR_WEBHOOK_PASSWORD", "webhook-password"),
    ("POLARIS_DATABASE_PASSWORD", "database-password"),
    ("POLARIS_ROOT_CLIENT_ID", "root"),
    ("POLARIS_ROOT_CLIENT_SECRET", "root-client-secret"),
    ("POLARIS_PRINCIPAL_FLUSS_CLIENT_ID", "fluss"),
    ("POLARIS_PRINCIPAL_FLUSS_CLIENT_SECRET", "fluss-client-secret"),
    ("POLARIS_PRINCIPAL_FLINK_CLIENT_ID", "flink"),
    ("POLARIS_PRINCIPAL_FLINK_CLIENT_SECRET", "flink-client-secret"),
    ("POLARIS_PRINCIPAL_SPARK_CLIENT_ID", "spark"),
];

fn private_key(cluster: &Cluster, name: &str) -> String {
    let file = cluster.root().join(name);
    let made = Command::new("openssl")
        .args(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(made.status.success());
    fs::read_to_string(file).unwrap()
}

/// A cluster for the starter aws-keys, whose Secrets nobody may draw, with every value given.
fn given() -> Cluster {
    let mut cluster = Cluster::new(KEYS);
    for (name, value) in VARIABLES {
        cluster.set(name, value);
    }
    cluster.set("POLARIS_PRINCIPAL_SPARK_CLIENT_SECRET", "spark-client-secret");
    private_key(&cluster, "private.pem");
    cluster.set("POLARIS_TOKEN_PRIVATE_KEY_FILE", "private.pem");
    cluster
}

#[test]
fn a_local_platform_draws_what_nobody_gives_and_keeps_it() {
    let cluster = Cluster::new(LOCAL);
    let run = cluster.run("create-secrets.sh", &[]);
    run.succeeds();
    for (one, other) in [
        ("minio/aws-secret", "flink/aws-secret"),
        ("polaris/polaris-principal-fluss", "fluss/polaris-principal-fluss"),
    ] {
        for key in ["secret_access_key", "client-secret", "client-id", "region"] {
            assert_eq!(
                cluster.read(&format!("secrets/{one}/{key}")),
                cluster.read(&format!("secrets/{other}/{key}"))
            );
        }
    }
    assert_eq!(cluster.read("secrets/minio/aws-secret/region"), "us-east-1");
    let password = cluster.read("secrets/polaris/polaris-persistence/password");
    assert!(password.len() >= 32);
    assert!(cluster.read("secrets/polaris/polaris-token-broker/private.pem").contains("BEGIN PRIVATE KEY"));
    // No value on a command line or on the screen.
    for path in [
        "polaris/polaris-persistence/password",
        "polaris/polaris-root/client-secret",
        "minio/aws-secret/secret_access_key",
    ] {
        let value = cluster.read(&format!("secrets/{path}"));
        assert!(
            !value.is_empty()
                && !cluster.read("calls").contains(&value)
                && !run.out.contains(&value)
                && !run.err.contains(&value)
        );
    }
    // Only the namespaces were installed on the way.
    let upgrades: Vec<_> =
        cluster.changes().into_iter().filter(|change| change.starts_with("helm upgrade")).collect();
    assert_eq!(upgrades, ["helm upgrade --install namespaces"]);

    let again = cluster.run("create-secrets.sh", &[]);
    assert!(again.succeeds().out.lines().all(|line| line.starts_with("unchanged ")), "{}", again.out);
    assert_eq!(cluster.read("secrets/polaris/polaris-persistence/password"), password);
}

#[test]
fn keys_of_aws_in_the_environment_do_not_reach_minio() {
    let mut cluster = Cluster::new(LOCAL);
    cluster.set("AWS_ACCESS_KEY_ID", "key-of-a-real-account");
    cluster.set("AWS_SECRET_ACCESS_KEY", "secret-of-a-real-account");
    cluster.set("AWS_REGION", "eu-west-3");
    cluster.run("create-secrets.sh", &[]).succeeds();
    for key in ["access_key_id", "secret_access_key", "region"] {
        let value = cluster.read(&format!("secrets/minio/aws-secret/{key}"));
        assert!(!value.is_empty() && !value.contains("real") && value != "eu-west-3", "{key}");
    }
}

#[test]
fn secrets_that_cannot_be_read_are_not_drawn_anew() {
    let cluster = Cluster::with_secrets(LOCAL);
    let password = cluster.read("secrets/polaris/polaris-persistence/password");
    cluster.put("unreadable", "");
    cluster.run("create-secrets.sh", &[]).fails(&["cannot read Secret aws-secret", "request timed out"]);
    assert!(cluster.changes().is_empty());
    assert_eq!(cluster.read("secrets/polaris/polaris-persistence/password"), password);
    cluster.put("unreachable", "");
    cluster.run("create-secrets.sh", &[]).fails(&["the cluster does not answer"]);
}

#[test]
fn elsewhere_every_missing_value_is_named_at_once() {
    let cluster = Cluster::new(KEYS);
    let run = cluster.run("create-secrets.sh", &[]);
    run.fails(&["no Secret was created or changed", "POLARIS_TOKEN_PRIVATE_KEY is not set"]);
    for (name, _) in VARIABLES {
        assert!(run.err.contains(&format!("{name} is not set")), "{name}\n{}", run.err);
    }
    assert!(!cluster.has("secrets"));
    let list = cluster.run("create-secrets.sh", &["--list"]);
    for (name, _) in VARIABLES {
        assert!(list.succeeds().out.lines().any(|line| line == name), "{name}");
    }
}

#[test]
fn values_come_from_variables_and_files() {
    let mut cluster = given();
    cluster.run("create-secrets.sh", &[]).succeeds();
    assert_eq!(cluster.read("secrets/fluss/aws-secret/access_key_id"), "id/of+the=store");
    assert_eq!(cluster.read("secrets/fluss/aws-secret/region"), "eu-north-1");
    assert!(cluster.read("secrets/polaris/polaris-token-broker/public.pem").contains("BEGIN PUBLIC KEY"));
    // A new value is put into every namespace, the rest is left alone.
    cluster.set("POLARIS_PRINCIPAL_FLINK_CLIENT_SECRET", "another-client-secret");
    let run = cluster.run("create-secrets.sh", &[]);
    let updated: Vec<_> = run.succeeds().out.lines().filter(|line| !line.starts_with("unchanged")).collect();
    assert_eq!(
        updated,
        ["updated    polaris/polaris-principal-flink", "updated    flink/polaris-principal-flink"]
    );
    assert_eq!(cluster.read("secrets/flink/polaris-principal-flink/client-secret"), "another-client-secret");
    // So is a new key pair, of which only the private half is given.
    let old = cluster.read("secrets/polaris/polaris-token-broker/public.pem");
    private_key(&cluster, "private.pem");
    cluster.run("create-secrets.sh", &[]).succeeds();
    assert_ne!(cluster.read("secrets/polaris/polaris-token-broker/public.pem"), old);
}

#[test]
fn values_that_cannot_work_are_refused_before_anything_changes() {
    let cases = [
        (
            "POLARIS_ROOT_CLIENT_SECRET",
            "with,comma-inside",
            "Secret polaris-root, key client-secret: only A-Z",
        ),
        ("POLARIS_ROOT_CLIENT_ID", "root\n", "Secret polaris-root, key client-id: only A-Z"),
        (
            "POLARIS_DATABASE_PASSWORD",
            "short",
            "Secret polaris-persistence, key password: needs at least 8 characters",
        ),
        // The head of a key of another kind, in two parts: no file holds what looks like one.
        ("POLARIS_TOKEN_PRIVATE_KEY", concat!("-----BEGIN RSA ", "PRIVATE KEY-----"), "not a PKCS#8 key"),
        ("POLARIS_TOKEN_PRIVATE_KEY_FILE", "nowhere.pem", "names a file that cannot be read: nowhere.pem"),
        ("POLARIS_TOKEN_PUBLIC_KEY", "-----BEGIN PUBLIC KEY-----", "does not belong to the private key"),
        // server.yaml of Fluss ends at #; no key of AWS has one, those of other stores may.
        (
            "AWS_SECRET_ACCESS_KEY",
            "key#of-the-store",
            "Secret aws-secret, key secret_access_key: blanks, quotes, #",
        ),
        ("AWS_ACCESS_KEY_ID", "id \"quoted\"", "Secret aws-secret, key access_key_id: blanks, quotes, #"),
        ("AWS_ACCESS_KEY_ID", "id\n", "Secret aws-secret, key access_key_id: must be one line"),
        ("STORAGE_REGION", "eu-north-1\n", "Secret aws-secret, key region: must be one line"),
        (
            "POLARIS_PRINCIPAL_FLINK_CLIENT_ID",
            "fluss",
            "Secret polaris-principal-flink, key client-id: the same as in Secret polaris-principal-fluss",
        ),
    ];
    for (name, value, words) in cases {
        let mut cluster = given();
        cluster.set(name, value);
        let run = cluster.run("create-secrets.sh", &[]);
        run.fails(&[words, "no Secret was created or changed"]);
        assert!(!run.err.contains("with,comma-inside"), "{}", run.err);
        assert!(!cluster.has("secrets"), "{name}");
    }
}

/// Java reads the names of users as words of its login configuration, in which ~ is none.
#[test]
fn users_of_fluss_have_names_that_java_reads() {
    let mut cluster = Cluster::new(SASL);
    cluster.set("FLUSS_INTERNAL_USERNAME", "servers~1");
    cluster.set("FLUSS_INTERNAL_PASSWORD", "servers~password");
    cluster.set("FLUSS_CLIENT_FLUSS_FLINK_USERNAME", "flink");
    cluster.set("FLUSS_CLIENT_FLUSS_REPORTS_USERNAME", "flink");
    cluster.set("FLUSS_ZOOKEEPER_PASSWORD", "with \"quotes\"");
    let run = cluster.run("create-secrets.sh", &[]);
    run.fails(&[
        "Secret fluss-internal, key username: only A-Z a-z 0-9 . _ - can be in the name of a user",
        "Secret fluss-reports, key user: the same as in Secret fluss-flink",
        "Secret fluss-zookeeper, key password: blanks, quotes, #",
    ]);
    assert!(!run.err.contains("fluss-internal, key password"), "{}", run.err);
    assert!(!cluster.has("secrets"));
}

#[test]
fn the_address_of_an_external_database_is_looked_at() {
    let mut cluster = Cluster::new(EXTERNAL_DATABASE);
    cluster.set("POLARIS_DATABASE_JDBC_URL", "postgres.example.com:5432/POLARIS");
    cluster.set("POLARIS_DATABASE_PASSWORD", "any 'thing' # goes");
    let run = cluster.run("create-secrets.sh", &[]);
    run.fails(&["key jdbcUrl: must begin with jdbc:postgresql://"]);
    assert!(!run.err.contains("polaris-aurora, key password"), "{}", run.err);
}

#[test]
fn a_value_that_the_values_file_contradicts_is_pointed_out() {
    let mut cluster = given();
    cluster.set("STORAGE_REGION", "eu-west-3");
    let run = cluster.run("create-secrets.sh", &[]);
    assert!(
        run.succeeds().err.contains("key region differs from what the values file says: eu-north-1"),
        "{}",
        run.err
    );
}

#[test]
fn namespaces_of_others_are_not_made() {
    let cluster = Cluster::new(FOREIGN_NAMESPACES);
    cluster.run("create-secrets.sh", &[]).fails(&["there is no namespace", "namespaces.create is false"]);
    assert!(cluster.changes().is_empty());
}

#[test]
fn access_to_a_registry_is_asked_for_and_never_drawn() {
    let mut cluster = Cluster::new(PULL_SECRETS);
    let missing = cluster.run("create-secrets.sh", &[]);
    missing.fails(&[
        "REGISTRY_PULL_DOCKERCONFIGJSON is not set (Secret registry-pull, key .dockerconfigjson)",
        "docker login REGISTRY",
        "no Secret was created or changed",
    ]);
    assert!(!cluster.has("secrets"));

    // The file of a credential helper names the registry and holds no login.
    cluster.set(
        "REGISTRY_PULL_DOCKERCONFIGJSON",
        r#"{"auths": {"registry.example.com": {}}, "credsStore": "desktop"}"#,
    );
    cluster.run("create-secrets.sh", &[]).fails(&["Secret registry-pull", "no login in it"]);
    assert!(!cluster.has("secrets"));

    let config = r#"{"auths": {"registry.example.com": {"auth": "Zm9v"}}}"#;
    cluster.set("REGISTRY_PULL_DOCKERCONFIGJSON", config);
    cluster.run("create-secrets.sh", &[]).succeeds();
    for namespace in [
        "technical-flink-operator",
        "flink",
        "fluss",
        "polaris",
        "technical-spark-operator",
        "spark",
        "minio",
    ] {
        assert_eq!(
            cluster.read(&format!("secrets/{namespace}/registry-pull/.dockerconfigjson")),
            config,
            "{namespace}"
        );
        assert_eq!(
            cluster.read(&format!("types/{namespace}/registry-pull")),
            "kubernetes.io/dockerconfigjson"
        );
    }
    assert_eq!(cluster.read("types/flink/aws-secret"), "Opaque");
    let again = cluster.run("create-secrets.sh", &[]);
    assert!(again.succeeds().out.lines().all(|line| line.starts_with("unchanged ")), "{}", again.out);
    cluster.run("install.sh", &[]).succeeds();

    cluster.remove("secrets/fluss/registry-pull");
    cluster.run("install.sh", &[]).fails(&["fluss/registry-pull", "./create-secrets.sh"]);
}
