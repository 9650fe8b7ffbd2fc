# A failed check is a warning, and so is a read that fails in it: the plan goes on.
check "only_the_default_workspace_is_public" {
  data "maas_workspaces" "public" {
    auth_type = "public"
  }

  assert {
    condition     = alltrue([for workspace in data.maas_workspaces.public.workspaces : workspace.id == "0"])
    error_message = "Not only the default one: ${join(", ", data.maas_workspaces.public.workspaces[*].name)}"
  }
}
