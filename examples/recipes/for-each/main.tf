data "maas_workspaces" "private" {
  auth_type = "private"
}

# Use IDs as keys: several workspaces can have the same name.
resource "terraform_data" "per_workspace" {
  for_each = { for workspace in data.maas_workspaces.private.workspaces : workspace.id => workspace }

  input = {
    name  = each.value.name
    owner = each.value.owner
  }
}
