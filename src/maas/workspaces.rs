use std::sync::Arc;

use serde::Deserialize;

use super::documented::Answer;
use super::{Client, object, scalar};
use crate::huaweicloud::{Deadline, Error, Target};

impl Client {
    /// Lists the workspaces of ModelArts real-time services in a region.
    ///
    /// `GET /v1/{project_id}/maas/services/workspace/{region_id}`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0020.html>.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind).
    pub async fn list_workspaces(
        &self,
        target: &Target,
        region_id: &str,
        deadline: Deadline,
    ) -> Result<Arc<WorkspaceList>, Error> {
        self.get(target, &["services", "workspace", region_id], &[], deadline).await
    }
}

/// The response of the workspace API. Missing and null members are `None` or empty. Undocumented members are ignored.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct WorkspaceList {
    /// The total number of workspaces.
    #[serde(deserialize_with = "scalar::integer")]
    pub total_count: Option<i64>,
    /// The number of workspaces in the response, as the service reports it.
    #[serde(deserialize_with = "scalar::integer")]
    pub count: Option<i64>,
    /// The workspaces.
    #[serde(deserialize_with = "object::list")]
    pub workspaces: Vec<WorkspaceInfo>,
}

impl Answer for WorkspaceList {
    const MEMBERS: &'static [&'static str] = &["workspaces"];

    fn counts_none(&self) -> bool {
        self.total_count == Some(0)
    }
}

/// A workspace.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct WorkspaceInfo {
    /// The ID: `0` for the default workspace, otherwise 32 characters.
    #[serde(deserialize_with = "scalar::text")]
    pub id: Option<String>,
    /// The name.
    #[serde(deserialize_with = "scalar::text")]
    pub name: Option<String>,
    /// The description.
    #[serde(deserialize_with = "scalar::text")]
    pub description: Option<String>,
    /// The name of the account or user that created the workspace.
    #[serde(deserialize_with = "scalar::text")]
    pub owner: Option<String>,
    /// The creation time, in milliseconds since 1970 in all known responses.
    #[serde(deserialize_with = "scalar::text")]
    pub create_time: Option<String>,
    /// The time of the last change, in the same format.
    #[serde(deserialize_with = "scalar::text")]
    pub update_time: Option<String>,
    /// The authorization type: `public`, `private` or `internal`, in upper or lower case.
    #[serde(deserialize_with = "scalar::text")]
    pub auth_type: Option<String>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::WorkspaceList;
    use crate::huaweicloud::{BodyProblem, decode_body};
    use crate::maas::documented::Documented;

    fn read(json: &str) -> Result<WorkspaceList, serde_json::Error> {
        serde_json::from_str(json).map(|Documented(list)| list)
    }

    #[test]
    fn documented_example_then_every_field() {
        let list = read(
            r#"{"total_count":1,"count":1,"workspaces":[{"id":"0","name":"default","description":"","owner":"******",
            "create_time":1680746333000,"update_time":1764128642000,"auth_type":"public"}]}"#,
        )
        .expect("an answer");
        assert_eq!((list.total_count, list.count, list.workspaces.len()), (Some(1), Some(1), 1));
        let workspace = &list.workspaces[0];
        assert_eq!(workspace.id.as_deref(), Some("0"));
        assert_eq!(workspace.description.as_deref(), Some(""));
        assert_eq!(workspace.create_time.as_deref(), Some("1680746333000"));
        assert_eq!(workspace.auth_type.as_deref(), Some("public"));
    }

    #[test]
    fn texts_for_numbers_and_numbers_for_texts_then_read_all_the_same() {
        let list = read(r#"{"total_count":"2","workspaces":[{"id":7,"create_time":"1680746333000"}]}"#);
        let list = list.expect("an answer");
        assert_eq!(list.total_count, Some(2));
        assert_eq!(list.workspaces[0].id.as_deref(), Some("7"));
        assert_eq!(list.workspaces[0].create_time.as_deref(), Some("1680746333000"));
    }

    #[test]
    fn missing_null_and_unknown_members_then_none_and_passed_over() {
        for json in ["{}", r#"{"workspaces":null,"count":null,"next":{"a":[1]}}"#, r#"{"workspaces":[]}"#] {
            assert_eq!(read(json).expect("an answer"), WorkspaceList::default(), "{json}");
        }
        let list = read(r#"{"workspaces":[{"owner":null,"enterprise_project_id":"0"}]}"#).expect("an answer");
        assert_eq!(list.workspaces, [super::WorkspaceInfo::default()]);
    }

    #[test]
    fn objects_where_scalars_belong_then_refused() {
        for json in [
            "[]",
            r#"{"workspaces":{}}"#,
            r#"{"workspaces":["a"]}"#,
            r#"{"workspaces":[["0","default"]]}"#,
            r#"{"workspaces":[{"id":{}}]}"#,
            r#"{"workspaces":[{"id":true}]}"#,
            r#"{"total_count":"many"}"#,
            r#"{"total_count":1.5}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }

    #[test]
    fn list_where_a_scalar_belongs_then_the_path_of_the_scalar() {
        for (json, expected) in [
            (r#"{"workspaces":[{"id":[1,[2]]}]}"#, "workspaces[0].id"),
            (r#"{"workspaces":[{"id":[]}]}"#, "workspaces[0].id"),
            (r#"{"total_count":[[[1]]]}"#, "total_count"),
            (r#"{"workspaces":[{},[1]]}"#, "workspaces[1]"),
        ] {
            assert_eq!(path_of_mistake(json).as_deref(), Some(expected), "{json}");
        }
    }

    /// The path in the error, if any.
    fn path_of_mistake(json: &str) -> Option<String> {
        match decode_body::<Documented<WorkspaceList>>(json.as_bytes()).err()? {
            BodyProblem::WrongType { path, .. } => Some(path),
            BodyProblem::WrongWhole(_) => Some(".".to_owned()),
            other => panic!("{json}: {other:?}"),
        }
    }

    /// Objects with the member names of a response, at any depth.
    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            prop_oneof![Just(1.0), Just(0.5)].prop_map(Value::from),
            prop_oneof![Just("1"), Just("a]"), Just("{,")].prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 4, |inner| {
            let names = vec!["total_count", "workspaces", "workspaces", "id", "name", "more"];
            let name = prop::sample::select(names).prop_map(str::to_owned);
            let members = prop::collection::btree_map(name, inner.clone(), 0..4);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(Value::from),
                members.prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_then_the_path_that_a_parser_keeps(value in json(), pretty in any::<bool>()) {
            let json = if pretty { format!("{value:#}") } else { value.to_string() };
            let mut parser = serde_json::Deserializer::from_str(&json);
            let tracked = serde_path_to_error::deserialize::<_, Documented<WorkspaceList>>(&mut parser);
            prop_assert_eq!(path_of_mistake(&json), tracked.err().map(|error| error.path().to_string()), "{}", json);
        }
    }
}
